import { backoffDelay } from '../../client/backoff';
import type { Clock } from '../realtime/ports';
import { isTransient } from './service-exception';

/** Number of attempts and delays (in milliseconds) of the standard mode of the AWS SDKs. */
const ATTEMPTS = 3;
const BACKOFF = { base: 100, cap: 20_000 };

/** Makes up to three attempts if errors are transient. Throws the error of the last attempt. */
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
