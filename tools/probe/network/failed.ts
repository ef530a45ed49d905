import { CommandError } from '../../cli';
import type { Exchange } from '../measurements';
import type { Endpoint } from './endpoint';

/** Start of a request, for {@link failed}. */
export interface Start {
  readonly at: number;
  readonly paused: number;
}

export function startAt({ clock }: Endpoint): Start {
  return { at: clock.now(), paused: clock.paused };
}

/**
 * A request without a response, as a result.
 *
 * @throws the error if it is not one of the server: after the signal, or a bug
 */
export function failed(error: unknown, { at, paused }: Start, { clock, signal, timeout }: Endpoint): Exchange {
  signal.throwIfAborted();
  if (!(error instanceof CommandError)) {
    throw error;
  }
  const ms = Math.min(timeout, clock.now() - at);
  return { at, ms, opening: 0, status: 0, closed: true, pause: clock.paused - paused, failure: error.message };
}
