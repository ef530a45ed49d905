import { createHash, timingSafeEqual } from 'node:crypto';

/** The header by which a distribution proves itself to its origin. It replaces what a viewer sent under this name. */
export const ORIGIN_SECRET_HEADER = 'x-origin-secret';

/**
 * @param values all that a handshake has under {@link ORIGIN_SECRET_HEADER}
 * @param secret what the distribution sends, or `none` where there is no distribution to come through
 */
export function cameThroughDistribution(values: readonly string[], secret: string): boolean {
  // Digests are of one length, and take as long to compare whatever was guessed.
  return secret === 'none' || (values.length === 1 && timingSafeEqual(digest(values[0] ?? ''), digest(secret)));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
