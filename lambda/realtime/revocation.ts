import { untilDeadline } from './backoff';
import { type Clock, type Connection, type Connections, type ConnectionCloser, Unavailable } from './ports';
import type { Principal } from './principal';

/** A revocation: of one connection, or of all that a subject opened with tokens issued up to a time, in seconds. */
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
 * Closes connections, and takes them out of the table. Safe to repeat. Throws Unavailable if one could not be closed until the deadline.
 *
 * @returns how many there were
 */
export async function closeRevoked(
  revocation: Revocation,
  { connections, connectionCloser, clock, deadline }: Revoking,
): Promise<number> {
  const leaving = 'connection' in revocation ? [revocation.connection] : await openedBefore(revocation, connections);
  await Promise.all(
    leaving.map(async (connection) => {
      // Closed first: what is in the table still says so if this has to be tried again.
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
  return leaving.length;
}

async function openedBefore(
  { subject, revokedAt }: Extract<Revocation, { revokedAt: number }>,
  connections: Revoking['connections'],
): Promise<Connection[]> {
  return (await connections.connectionsOf(subject)).filter(({ issuedAt }) => issuedAt <= revokedAt);
}
