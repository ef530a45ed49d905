import { createHash, timingSafeEqual } from 'node:crypto';

/** Header with which a gateway authenticates to the lanes. It overwrites a viewer's header of this name. */
export const ORIGIN_SECRET_HEADER = 'x-origin-secret';

/**
 * @param values all values of {@link ORIGIN_SECRET_HEADER} in a handshake
 * @param secret secret that the gateway sends, or `none` without a gateway
 */
export function cameThroughGateway(values: readonly string[], secret: string): boolean {
  // Digests have the same length, and their comparison takes constant time.
  return secret === 'none' || (values.length === 1 && timingSafeEqual(digest(values[0] ?? ''), digest(secret)));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
