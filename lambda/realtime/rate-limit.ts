/** A token bucket: so many a second, and so many at once after a pause. */
export interface RateLimit {
  perSecond: number;
  burst: number;
}

/**
 * Takes one token. The bucket is one number, the time at which it is full again: what one store can compare and add in
 * one step (the "generic cell rate algorithm" of ATM).
 *
 * @param fullAt when the bucket is full, in milliseconds since 1970; in the past if it is
 * @returns when it is full after this, or in how many seconds there is a token again
 */
export function take(
  fullAt: number,
  now: number,
  { perSecond, burst }: RateLimit,
): { fullAt: number } | { retryAfter: number } {
  const interval = 1000 / perSecond;
  const next = Math.max(fullAt, now) + interval;
  const wait = next - (now + burst * interval);
  return wait > 0 ? { retryAfter: Math.ceil(wait / 1000) } : { fullAt: next };
}

/** @returns the allowance that a text such as `50/200` says: 50 a second, 200 at once. Throws if it says none. */
export function parseRateLimit(text: string): RateLimit {
  const [, perSecond, burst] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text) ?? [];
  if (!perSecond || !burst) {
    throw new Error(`A rate limit must be two whole numbers such as 50/200, got ${JSON.stringify(text)}`);
  }
  return { perSecond: Number(perSecond), burst: Number(burst) };
}
