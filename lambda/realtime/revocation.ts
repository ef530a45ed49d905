import { untilDeadline } from './backoff';
import { type Clock, type Connection, type Connections, type ConnectionCloser, Unavailable } from './ports';
import type { Principal } from './principal';

/** Accepted difference between the clocks of the token's issuer and of this app, in seconds. */
export const CLOCK_TOLERANCE = 5;

/**
 * @param now time of a logout, in milliseconds since 1970
 * @returns the time until which issued tokens are revoked, in seconds since 1970. No token that is accepted at the time of
 * the logout was issued later, because the issuer's clock can be ahead by at most {@link CLOCK_TOLERANCE}
 */
export const revokedAtOf = (now: number): number => Math.ceil(now / 1000) + CLOCK_TOLERANCE;

/** @returns true if a logout revokes a token. Both times are in seconds since 1970. */
export const isRevoked = (issuedAt: number, revokedAt: number): boolean => issuedAt <= revokedAt;

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
  return (await connections.connectionsOf(subject)).filter(({ issuedAt }) => isRevoked(issuedAt, revokedAt));
}
