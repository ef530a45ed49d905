import type { RateLimits } from './ports';
import type { Principal } from './principal';
import { Refused } from './refused';

/**
 * Counts a request against the rate limit of its subject, before it is performed. Throws {@link Refused} if the limit is
 * exceeded.
 *
 * @param cost of the request, 1 or more: a publish costs 1.
 */
export async function countRequest(principal: Principal, cost: number, rateLimits: RateLimits): Promise<void> {
  const spent = await rateLimits.spend(principal, cost);
  if (spent !== 'spent') {
    throw new Refused('rate_limited', spent.retryAfter);
  }
}
