import { type Backoff, backoffDelay } from '../../client/backoff';
import type { Clock } from './ports';

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
