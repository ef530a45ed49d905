import { untilDeadline } from './backoff';
import type { ErrorFrame } from '../../client/protocol';
import {
  type Clock,
  type Connection,
  type Connections,
  type ConnectionCloser,
  type Outbox,
  Unavailable,
} from './ports';
import type { Places } from './places';
import type { Principal } from './principal';
import { refusalOf } from './refused';

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

/**
 * Error code that a connection gets before it is closed. Other closes have none: a client learns of a logout from the refusal
 * of its next ticket, and of the end of its authorization from the answer to its frame.
 */
export type CloseReason = 'connection_limit';

/** Revocation of one connection, or of all connections that a subject opened with tokens issued until a time, in seconds. */
export type Revocation =
  | { connection: Connection; reason?: CloseReason }
  | { subject: Pick<Principal, 'subject' | 'tenant'>; revokedAt: number };

export interface Revoking {
  connections: Pick<Connections, 'connectionsOf' | 'disconnect'>;
  connectionCloser: ConnectionCloser;
  outbox: Outbox;
  clock: Clock;
  /** Limits concurrent work to the connections of the clients: work that waits for one would begin after the deadline. */
  places: Places;
  /** No attempt to close and no removal from the table begins after this, in milliseconds since 1970. */
  deadline: number;
}

const BACKOFF = { base: 100, cap: 2000 };

/** Milliseconds for which a close waits for the post of its reason. A post takes about 10 ms. */
const REASON_WITHIN = 500;

/**
 * Closes connections and removes them from the table. Safe to repeat. All of them are tried, also if some fail. Throws
 * {@link Unavailable} if one could not be closed and removed before the deadline, or else the first unexpected error.
 *
 * @returns the number of connections
 */
export async function closeRevoked(revocation: Revocation, revoking: Revoking): Promise<number> {
  const { connections } = revoking;
  const revoked = 'connection' in revocation ? [revocation.connection] : await openedBefore(revocation, connections);
  const reason = 'connection' in revocation ? revocation.reason : undefined;
  const outcomes = await Promise.allSettled(revoked.map((connection) => closeOne(connection, reason, revoking)));
  const errors: unknown[] = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  if (errors.length > 0) {
    throw errors.find((error) => error instanceof Unavailable) ?? errors[0];
  }
  return revoked.length;
}

/** Closes before removing the record, which a retry needs. */
async function closeOne(connection: Connection, reason: CloseReason | undefined, revoking: Revoking): Promise<void> {
  const { connections, connectionCloser, clock, deadline, places } = revoking;
  const inTime = <T>(work: () => Promise<T>) =>
    places.run(async () => (clock.now() > deadline ? ('busy' as const) : work()));
  if (reason) {
    await inTime(() => explain(connection, reason, revoking));
  }
  const closed = await untilDeadline(() => inTime(() => connectionCloser.close(connection.id)), {
    clock,
    deadline,
    backoff: BACKOFF,
  });
  if (closed === 'busy' || (await inTime(() => connections.disconnect(connection))) === 'busy') {
    throw new Unavailable();
  }
}

/** Sends the reason of a close, best effort. A post that fails or is slow does not prevent the close. */
async function explain({ id }: Connection, reason: CloseReason, { outbox, clock }: Revoking): Promise<void> {
  const frame: ErrorFrame = { type: 'error', ...refusalOf(reason) };
  const posted = outbox.post(id, JSON.stringify(frame)).catch(() => undefined);
  await Promise.race([posted, clock.wait(REASON_WITHIN)]);
}

async function openedBefore(
  { subject, revokedAt }: Extract<Revocation, { revokedAt: number }>,
  connections: Revoking['connections'],
): Promise<Connection[]> {
  return (await connections.connectionsOf(subject)).filter(({ issuedAt }) => isRevoked(issuedAt, revokedAt));
}
