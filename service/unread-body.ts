import type { MiddlewareHandler } from 'hono';

/** What is read of a body that nobody wanted: more costs its sender the connection. */
const MOST_BYTES = 1024 * 1024;

/**
 * Reads what a refused request still sends before it is answered. The load balancer gives a connection to its next
 * request as soon as there is an answer, and one with an unread body on it would be closed under that request.
 */
export const readUnreadBody: MiddlewareHandler = async (c, next) => {
  await next();
  const { body, bodyUsed } = c.req.raw;
  if (body && !bodyUsed && !(await isReadToItsEnd(body))) {
    c.header('Connection', 'close');
  }
};

async function isReadToItsEnd(body: ReadableStream<Uint8Array>): Promise<boolean> {
  const reader = body.getReader();
  for (let bytes = 0; bytes <= MOST_BYTES; ) {
    const { done, value } = await reader.read();
    if (done) {
      return true;
    }
    bytes += value.byteLength;
  }
  return false;
}
