import { backoffDelay } from '../realtime/backoff';
import type { Clock } from '../realtime/ports';
import { isTransient } from './service-exception';

/** As many as the standard mode of the AWS SDKs makes, with its waits, in milliseconds. */
const ATTEMPTS = 3;
const BACKOFF = { base: 100, cap: 20_000 };

/** Makes an attempt, and two more if it fails for a reason that passes. Throws what the last attempt failed with. */
export async function retried<T>(attempt: () => Promise<T>, clock: Clock): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (attempts === ATTEMPTS || !isTransient(error)) {
        throw error;
      }
      await clock.wait(backoffDelay(attempts, BACKOFF, clock.random()));
    }
  }
}
