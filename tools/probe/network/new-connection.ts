import { CommandError } from '../../cli';
import type { Exchange } from '../measurements';
import type { Endpoint } from './endpoint';
import { PersistentConnection, type Request } from './persistent-connection';

/** A request on a new connection, and the time to open that. */
export interface Attempt {
  readonly tcp: number;
  readonly tls?: number;
  readonly exchange: Exchange;
  /** Whole duration: TCP, TLS and response. The timeout if there was none. */
  readonly ms: number;
}

/** Sends one request on a new connection, and closes that. A failure is a result. Rejects only after the signal. */
export async function attemptOnNewConnection(endpoint: Endpoint, request: Request): Promise<Attempt> {
  const { clock, signal, timeout } = endpoint;
  const at = clock.now();
  const pausedBefore = clock.paused;
  try {
    const connection = await PersistentConnection.open(endpoint);
    try {
      const { tcp, tls } = connection.first;
      const exchange = await connection.attempt(request, false);
      return { tcp, tls, exchange, ms: tcp + (tls ?? 0) + exchange.ms };
    } finally {
      connection.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CommandError)) {
      throw error;
    }
    const ms = Math.min(timeout, clock.now() - at);
    const pause = clock.paused - pausedBefore;
    return {
      tcp: ms,
      exchange: { at, ms: 0, opening: 0, status: 0, closed: true, pause, failure: error.message },
      ms,
    };
  }
}
