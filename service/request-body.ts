import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Clock } from '../lambda/realtime/ports';
import { Limit } from '../client/protocol';
import { Problem } from './problem';

/** Maximum number of bytes read from an unread body. If it has more, the connection is closed. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/**
 * Maximum milliseconds for which an unread body is read. The response waits for it, and a load balancer sends a body that it
 * has received within milliseconds. A client that sends no body, or a slow one, gets its response then.
 */
const MAX_UNREAD_TIME = 1000;

const limit = bodyLimit({
  // The size of a frame of the WebSocket lane: the data of a message and the other fields.
  maxSize: Limit.FRAME_BYTES,
  onError: () => {
    throw new Problem('too_large', `The body must not be larger than ${Limit.FRAME_BYTES} bytes.`);
  },
});

/** Refuses a body that is too large. Uses the declared length if there is one, and counts the bytes otherwise. */
export const limitBody: MiddlewareHandler = (c, next) => {
  const bytes = declaredBytes(c);
  return bytes !== undefined && bytes <= Limit.FRAME_BYTES ? next() : limit(c, next);
};

/**
 * Reads the rest of the body of a request that was answered early. The load balancer reuses the connection as soon as it has
 * the response, and a connection with an unread body would be closed during that next request. A body that is too long or too
 * slow is not read to its end: the response closes the connection.
 */
export function readUnreadBody(clock: Pick<Clock, 'wait'>): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (declaredBytes(c) === 0 || c.req.raw.bodyUsed) {
      return;
    }
    const { body } = c.req.raw;
    if (body) {
      const late = clock.wait(MAX_UNREAD_TIME).then(() => false);
      if (!(await Promise.race([isReadToItsEnd(body), late]))) {
        c.header('Connection', 'close');
      }
    }
  };
}

/**
 * Length of the body according to the method and the headers. Accessing the body would create a web `Request`, which takes
 * longer than most responses.
 *
 * @returns bytes, or undefined if the length is not declared
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
  for (let bytes = 0; bytes <= MAX_UNREAD_BYTES;) {
    const { done, value } = await reader.read();
    if (done) {
      return true;
    }
    bytes += value.byteLength;
  }
  return false;
}
