/** Posted message, about 300 bytes. */
export const MESSAGE = {
  topic: 'news',
  epoch: 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6',
  sequence: 42,
  id: '0e1b6b0c-3d0a-4f41-9f0e-3f2f8d3c7a11',
  data: { text: 'The quick brown fox jumps over the lazy dog. '.repeat(2) },
  publishedAt: '2026-11-22T12:00:00.000Z',
};

/** Posted frame. */
export const FRAME = JSON.stringify({ type: 'message', ...MESSAGE });
