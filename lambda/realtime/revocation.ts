import { untilDeadline } from './backoff';
import { type Clock, type Connection, type Connections, type ConnectionCloser, Unavailable } from './ports';
import type { Principal } from './principal';

/** Revocation of one connection, or of all connections that a subject opened with tokens issued until a time, in seconds. */
export type Revocation =
  { connection: Connection } | { subject: Pick<Principal, 'subject' | 'tenant'>; revokedAt: number };

export interface Revoking {
  connections: Pick<Connections, 'connectionsOf' | 'disconnect'>;
  connectionCloser: ConnectionCloser;
  clock: Clock;
  /** No attempt to close begins after this, in milliseconds since 1970. */
  deadline: number;
}

const BACKOFF = { base: 100, cap: 2000 };

/**
 * Closes connections and removes them from the table. Safe to repeat. Throws {@link Unavailable} if a connection could not
 * be closed before the deadline.
 *
 * @returns the number of connections
 */
export async function closeRevoked(
  revocation: Revocation,
  { connections, connectionCloser, clock, deadline }: Revoking,
): Promise<number> {
  const revoked = 'connection' in revocation ? [revocation.connection] : await openedBefore(revocation, connections);
  await Promise.all(
    revoked.map(async (connection) => {
      // Close before removing the record, which a retry needs.
      const outcome = await untilDeadline(() => connectionCloser.close(connection.id), {
        clock,
        deadline,
        backoff: BACKOFF,
      });
      if (outcome === 'busy') {
        throw new Unavailable();
      }
      await connections.disconnect(connection);
    }),
  );
  return revoked.length;
}

async function openedBefore(
  { subject, revokedAt }: Extract<Revocation, { revokedAt: number }>,
  connections: Revoking['connections'],
): Promise<Connection[]> {
  return (await connections.connectionsOf(subject)).filter(({ issuedAt }) => issuedAt <= revokedAt);
}
