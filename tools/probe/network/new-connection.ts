import type { Exchange } from '../measurements';
import type { Endpoint } from './endpoint';
import { failed, startAt } from './failed';
import type { Request } from './channel';
import { PersistentConnection } from './persistent-connection';

/** A request on a new connection. */
export interface Attempt {
  readonly exchange: Exchange;
  /** Whole duration: TCP, TLS and response. The timeout if there was none. */
  readonly ms: number;
}

/** Sends one request on a new connection, and closes that. A failure is a result. Rejects only after the signal. */
export async function attemptOnNewConnection(endpoint: Endpoint, request: Request): Promise<Attempt> {
  const start = startAt(endpoint);
  try {
    const connection = await PersistentConnection.open(endpoint);
    try {
      const { tcp, tls } = connection.first;
      const exchange = await connection.attempt(request, false);
      return { exchange, ms: tcp + (tls ?? 0) + exchange.ms };
    } finally {
      connection.close();
    }
  } catch (error) {
    const exchange = failed(error, start, endpoint);
    return { exchange, ms: exchange.ms };
  }
}
