import type { Clock } from './ports';

/** Milliseconds between attempts. */
export interface Backoff {
  /** Maximum of the first delay. It doubles with each further attempt. */
  base: number;
  /** Maximum of all delays. */
  cap: number;
}

/**
 * Delay with full jitter: uniformly random between 0 and the current maximum, so that attempts that collided once do not
 * collide again (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param attempt number of attempts so far, from 1.
 */
export function backoffDelay(attempt: number, { base, cap }: Backoff, random: number): number {
  return random * Math.min(cap, base * 2 ** (attempt - 1));
}

/**
 * Retries until the result is not `busy`. Always makes the first attempt. @returns `busy` only if the next attempt would
 * begin after the deadline (milliseconds since 1970)
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
