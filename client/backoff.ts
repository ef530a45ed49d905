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
