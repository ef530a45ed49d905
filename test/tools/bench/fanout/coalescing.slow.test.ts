import { postsSaved } from '../../../../tools/bench/fanout/coalescing';

// docs/delivery.md contains these numbers.
test.each([
  [1, 0, 60],
  [10, 0, 240],
  [100, 0, 240],
  [1000, 0, 720],
  [1, 1, 30],
  [10, 1, 48],
  [100, 1, 60],
  [1000, 1, 600],
])(
  '%i messages a second for a minute, with a batching window of %i s, need %i posts',
  async (rate, maxBatchingWindow, posts) => {
    const result = await postsSaved({ messagesPerSecond: rate, seconds: 60, maxBatchingWindow });
    expect(result).toMatchObject({ messages: 60 * rate, posts, saved: 1 - posts / (60 * rate) });
  },
);

test('a message waits at most for a poll and the batching window', async () => {
  for (const maxBatchingWindow of [0, 1, 2]) {
    for (const messagesPerSecond of [1, 10, 100, 1000]) {
      const { longestWait } = await postsSaved({ messagesPerSecond, seconds: 10, maxBatchingWindow });
      expect(longestWait).toBeLessThanOrEqual(250 + 1000 * maxBatchingWindow);
    }
  }
});

test('large messages need more posts, because the size of a frame is limited', async () => {
  const { posts } = await postsSaved({ messagesPerSecond: 100, seconds: 1, dataBytes: 16_000 });
  expect(posts).toBeGreaterThanOrEqual(50);
});
