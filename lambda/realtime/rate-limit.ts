/** Parameters of a token bucket: the rate at which it refills, and its size. */
export interface RateLimit {
  perSecond: number;
  burst: number;
}

/** One request to a token bucket. */
export interface TokenRequest {
  /** Tokens that it takes. A request never costs more than the burst, so that a full bucket allows every request. @default 1 */
  cost?: number;
  /** Tokens that the bucket can owe: a refused request is counted too, until the debt is this large. @default 0 */
  debt?: number;
}

/** Debt of requests that are always counted: more than any bucket ever owes. */
export const ANY_DEBT = 1e9;

/** A refused request. */
export interface Wait {
  /** Seconds until the same request is allowed, if no other comes before. */
  retryAfter: number;
  /** New state of the bucket. Undefined if it cannot owe the cost of this request, so nothing was counted. */
  fullAt?: number;
}

/**
 * Takes tokens. The state of the bucket is one number, the time at which it is full again, which a store can compare and
 * increment in one write (the "generic cell rate algorithm" of ATM).
 *
 * @param fullAt time at which the bucket is full, in milliseconds since 1970. It is in the past if the bucket is full
 * @returns the new time at which the bucket is full, or the refusal
 */
export function take(
  fullAt: number,
  now: number,
  rateLimit: RateLimit,
  request: TokenRequest = {},
): { fullAt: number } | Wait {
  const { price, empty, mostOwed } = pricesOf(rateLimit, request);
  const next = Math.max(fullAt, now) + price;
  if (next <= now + empty) {
    return { fullAt: next };
  }
  const counted = next <= now + mostOwed;
  const wait = (counted ? next + price : next) - (now + empty);
  return { retryAfter: Math.ceil(wait / 1000), ...(counted && { fullAt: next }) };
}

/**
 * @returns the price of a request, and for how long an empty bucket and one with the largest debt must refill, in
 * milliseconds
 */
export function pricesOf({ perSecond, burst }: RateLimit, { cost = 1, debt = 0 }: TokenRequest) {
  const interval = 1000 / perSecond;
  return { price: Math.min(cost, burst) * interval, empty: burst * interval, mostOwed: (burst + debt) * interval };
}

/**
 * Rate at which the new connections of a subject start with a full bucket of frames: all of its connections at once, and then
 * one a second. Others start with an empty bucket, so that a subject does not send more frames by opening connections anew.
 *
 * @param connections maximum number of connections of the subject. With fewer than 10, it counts as 10, because a page that
 * is loaded again opens another one
 */
export function fullStarts(connections: number): RateLimit {
  return { perSecond: 1, burst: Math.max(10, connections) };
}

/** Parses a text such as `10/200`: 10 a second, with bursts of 200. Throws if it is invalid. */
export function parseRateLimit(text: string): RateLimit {
  const [, perSecond, burst] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text) ?? [];
  if (!perSecond || !burst) {
    throw new Error(`A rate limit must be two whole numbers such as 10/200, got ${JSON.stringify(text)}`);
  }
  return { perSecond: Number(perSecond), burst: Number(burst) };
}
