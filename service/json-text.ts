import { isUtf8 } from 'node:buffer';
import type { MiddlewareHandler } from 'hono';
import { Problem } from './problem';

const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/**
 * Refuses JSON that is not UTF-8, or that begins with a byte order mark, as the WebSocket lane does. Otherwise Hono would
 * replace invalid bytes by U+FFFD, and skip the mark.
 */
export const jsonText: MiddlewareHandler = async (c, next) => {
  if (c.req.header('content-type')?.toLowerCase().includes('json')) {
    const bytes = Buffer.from(await c.req.arrayBuffer());
    if (!isUtf8(bytes) || bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) {
      throw new Problem('invalid_json', 'The body must be a single JSON object in UTF-8.');
    }
  }
  return next();
};
