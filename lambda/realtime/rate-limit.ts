/** Parameters of a token bucket: the rate at which it refills, and its size. */
export interface RateLimit {
  perSecond: number;
  burst: number;
}

/**
 * Takes one token. The state of the bucket is one number, the time at which it is full again, which a store can compare
 * and increment in one write (the "generic cell rate algorithm" of ATM).
 *
 * @param fullAt time at which the bucket is full, in milliseconds since 1970. It is in the past if the bucket is full
 * @returns the new time at which the bucket is full, or the seconds until a token is available
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

/** Parses a text such as `50/200`: 50 a second, with bursts of 200. Throws if it is invalid. */
export function parseRateLimit(text: string): RateLimit {
  const [, perSecond, burst] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text) ?? [];
  if (!perSecond || !burst) {
    throw new Error(`A rate limit must be two whole numbers such as 50/200, got ${JSON.stringify(text)}`);
  }
  return { perSecond: Number(perSecond), burst: Number(burst) };
}
