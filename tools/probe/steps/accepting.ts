import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../../cli';
import type { Endpoint } from '../network/endpoint';
import { reach } from '../network/reach';

/** Milliseconds between two attempts. */
export const PERIOD = 20;

/** Opens a TCP connection and closes it without a byte. @returns false if the server refused it */
export async function accepts({ address, port, clock, signal }: Endpoint): Promise<boolean> {
  // Only a refusal shows that nothing listens. Other failures have other reasons.
  return (await reach(address, port, signal, clock)).outcome !== 'refused';
}

/** Waits until the server accepts connections, at most for the endpoint's timeout. @returns false if it does not */
export async function acceptsSoon(endpoint: Endpoint): Promise<boolean> {
  const { clock, signal, timeout } = endpoint;
  const end = clock.now() + timeout;
  while (!(await accepts(endpoint))) {
    if (clock.now() >= end) {
      return false;
    }
    await sleep(PERIOD, undefined, { signal });
  }
  return true;
}

/**
 * Does something that fails while the server restarts. After such a failure, waits until the server accepts connections, and does
 * it once more.
 */
export async function despiteRestart<Result>(server: Endpoint, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    server.signal.throwIfAborted();
    if (error instanceof CommandError && (await acceptsSoon(server))) {
      return action();
    }
    throw error;
  }
}
