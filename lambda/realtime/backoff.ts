import type { Clock } from './ports';

/** Milliseconds between attempts. */
export interface Backoff {
  /** The longest first wait; each further one doubles it. */
  base: number;
  /** The longest wait of all. */
  cap: number;
}

/**
 * Full jitter: a wait drawn evenly from 0 to the doubled base, so that those who collided once do not meet again
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param attempt how many attempts there were, from 1.
 */
export function backoffDelay(attempt: number, { base, cap }: Backoff, random: number): number {
  return random * Math.min(cap, base * 2 ** (attempt - 1));
}

/**
 * Tries until there is an answer other than `busy`. @returns `busy` only if the next attempt would begin after the
 * deadline (milliseconds since 1970); there is always a first attempt.
 */
export async function untilDeadline<T>(
  attempt: () => Promise<T | 'busy'>,
  { clock, deadline, backoff }: { clock: Clock; deadline: number; backoff: Backoff },
): Promise<T | 'busy'> {
  for (let attempts = 1; ; attempts++) {
    const answer = await attempt();
    const delay = backoffDelay(attempts, backoff, clock.random());
    if (answer !== 'busy' || clock.now() + delay > deadline) {
      return answer;
    }
    await clock.wait(delay);
  }
}
