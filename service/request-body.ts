import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { Limit } from '../lambda/realtime/protocol';
import { Problem } from './problem';

/** What is read of a body that nobody wanted: more costs its sender the connection. */
const MOST_BYTES = 1024 * 1024;

const limit = bodyLimit({
  // As much as a frame of the other lane: its data and the rest of it.
  maxSize: Limit.FRAME_BYTES,
  onError: () => {
    throw new Problem('too_large', `A body has at most ${Limit.FRAME_BYTES} bytes`);
  },
});

/** Refuses a body that is too large before it is read. */
export const limitBody: MiddlewareHandler = (c, next) => {
  const bytes = declaredBytes(c);
  return bytes !== undefined && bytes <= Limit.FRAME_BYTES ? next() : limit(c, next);
};

/**
 * Reads what a refused request still sends before it is answered. The load balancer gives a connection to its next
 * request as soon as there is an answer, and one with an unread body on it would be closed under that request.
 */
export const readUnreadBody: MiddlewareHandler = async (c, next) => {
  await next();
  if (declaredBytes(c) === 0 || c.req.raw.bodyUsed) {
    return;
  }
  const { body } = c.req.raw;
  if (body && !(await isReadToItsEnd(body))) {
    c.header('Connection', 'close');
  }
};

/**
 * By the method and the headers alone: who looks at the body has a whole web Request made for it, which takes longer than most
 * answers.
 *
 * @returns undefined if only the body can tell
 */
function declaredBytes({ req }: Context): number | undefined {
  if (req.method === 'GET' || req.method === 'HEAD') {
    return 0;
  }
  const length = req.header('transfer-encoding') === undefined ? req.header('content-length') : undefined;
  return length === undefined ? undefined : Number(length);
}

async function isReadToItsEnd(body: ReadableStream<Uint8Array>): Promise<boolean> {
  const reader = body.getReader();
  for (let bytes = 0; bytes <= MOST_BYTES;) {
    const { done, value } = await reader.read();
    if (done) {
      return true;
    }
    bytes += value.byteLength;
  }
  return false;
}
