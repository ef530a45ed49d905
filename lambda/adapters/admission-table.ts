import { ANY_DEBT, fullStarts, type RateLimit, type TokenRequest } from '../realtime/rate-limit';
import { untilDeadline } from '../realtime/backoff';
import {
  type RateLimits,
  type Clock,
  type CloseRequests,
  type Connection,
  type TicketIssuer,
  Unavailable,
} from '../realtime/ports';
import { identityOf, type Principal } from '../realtime/principal';
import { type CloseReason, CLOCK_TOLERANCE, revokedAtOf, type Revocation } from '../realtime/revocation';
import type { Ticket } from '../realtime/tickets';
import { KeyPrefix, SortKey } from '../keys';
import { type Taken, takeFrom } from './token-bucket';
import type { Item, Key, Table, Write } from './table';
import { busyIfUnavailable } from './unavailable';

/** Maximum age of a token, in seconds. */
export const TOKEN_AGE_SECONDS = 24 * 3600;

/** Seconds for which a logout is stored: until no token that it revokes is accepted, and a minute for the clocks of tasks. */
const REVOCATION_SECONDS = TOKEN_AGE_SECONDS + CLOCK_TOLERANCE + 60;

/** Seconds for which a close request is stored: far longer than the stream needs to read it. */
const CLOSING_SECONDS = 3600;

/** Seconds for which a bucket is stored after its last request: longer than it needs to refill, also if it owes much. */
const BUCKET_SECONDS = 24 * 3600;

/** Milliseconds after which a close request is repeated, if the connection is still open. */
const CLOSE_AGAIN_AFTER = 1000;

/** Milliseconds for which a write is retried after conflicts with other transactions. */
const RETRY_FOR = 2000;
const BACKOFF = { base: 20, cap: 500 };

/**
 * Admission table on DynamoDB, through which the lanes share tickets, logouts and rate limits. Every item has expiresAt, and
 * an expired ticket is refused.
 *
 * | pk | sk | content | attributes |
 * | --- | --- | --- | --- |
 * | `TICKET#{sha256}` | `TICKET` | a ticket | subject, tenant, scopes, issuedAt, authorizedUntil, origin, startsEmpty, expiresAt |
 * | `REVOCATION#{tenant}/{subject}` | `REVOCATION` | a logout | revokedAt (seconds), expiresAt |
 * | `RATE_LIMIT#{tenant}/{subject}` | `RATE_LIMIT` | rate limit of the subject | fullAt, expiresAt |
 * | `RATE_LIMIT#{tenant}/{subject}` | `FULL_STARTS` | rate of its connections that start with a full bucket | fullAt, expiresAt |
 * | `CONNECTION#{id}` | `CLOSING` | a close request | connectedAt, requestedAt, reason (if its client gets one), expiresAt |
 */
export class AdmissionTable implements TicketIssuer, RateLimits, CloseRequests {
  private readonly fullStarts: RateLimit;

  /**
   * @param rateLimit - of the requests of a subject
   * @param connectionsPerSubject - maximum number of connections of a subject, to issue tickets. @default 20
   */
  constructor(
    private readonly table: Table,
    private readonly clock: Clock,
    private readonly rateLimit: RateLimit,
    connectionsPerSubject = 20,
  ) {
    this.fullStarts = fullStarts(connectionsPerSubject);
  }

  async mint(hash: string, { principal, origin, expiresAt }: Ticket): ReturnType<TicketIssuer['mint']> {
    const started = await this.take(principal, SortKey.FULL_STARTS, this.fullStarts);
    const startsEmpty = !('taken' in started);
    const writes: Write[] = [
      { put: { ...ticketKey(hash), ...holder(principal), origin, startsEmpty, expiresAt }, condition: ABSENT },
      { check: revocationKey(principal), condition: notRevoked(principal) },
    ];
    const outcome = await untilDeadline(() => this.table.transact(writes), {
      clock: this.clock,
      deadline: this.clock.now() + RETRY_FOR,
      backoff: BACKOFF,
    });
    if (outcome === 'busy' || (outcome !== 'written' && !outcome[1])) {
      throw new Unavailable();
    }
    return outcome === 'written' ? 'minted' : 'revoked';
  }

  async revoke(principal: Principal): Promise<void> {
    const revokedAt = revokedAtOf(this.clock.now());
    const item = { ...revocationKey(principal), revokedAt, expiresAt: revokedAt + REVOCATION_SECONDS };
    // A put is not part of a transaction: it waits for transactions of the subject, but never makes one fail.
    const attempt = () => this.table.put(item, notRevoked(principal)).catch(busyIfUnavailable);
    const outcome = await untilDeadline(attempt, {
      clock: this.clock,
      deadline: this.clock.now() + RETRY_FOR,
      backoff: BACKOFF,
    });
    if (outcome === 'busy') {
      throw new Unavailable();
    }
  }

  async spend(principal: Principal, cost = 1): ReturnType<RateLimits['spend']> {
    const outcome = await this.take(principal, SortKey.RATE_LIMIT, this.rateLimit, { cost });
    if ('taken' in outcome) {
      return 'spent';
    }
    return { retryAfter: 'retryAfter' in outcome ? outcome.retryAfter : 1 };
  }

  async charge(principal: Principal, cost: number): Promise<void> {
    await this.take(principal, SortKey.RATE_LIMIT, this.rateLimit, { cost, debt: ANY_DEBT });
  }

  async close(connection: Connection): Promise<void> {
    const now = this.clock.now();
    await this.table.put(closeRequest(connection, now), {
      expression: 'attribute_not_exists(pk) OR requestedAt <= :earlier',
      values: { ':earlier': now - CLOSE_AGAIN_AFTER },
    });
  }

  private take(principal: Principal, sk: SortKey, rateLimit: RateLimit, request: TokenRequest = {}): Promise<Taken> {
    const key = { pk: `${KeyPrefix.RATE_LIMIT}${identityOf(principal)}`, sk };
    return takeFrom(this.table, key, {
      rateLimit,
      request,
      clock: this.clock,
      set: {
        expression: 'expiresAt = :later',
        values: { ':later': Math.floor(this.clock.now() / 1000) + BUCKET_SECONDS },
      },
    });
  }
}

/** @returns the item that requests to close a connection. @param reason reason that its client gets. @default - none */
export function closeRequest({ id, connectedAt }: Connection, now: number, reason?: CloseReason): Item {
  const expiresAt = Math.floor(now / 1000) + CLOSING_SECONDS;
  const key = { pk: `${KeyPrefix.CONNECTION}${id}`, sk: SortKey.CLOSING };
  return { ...key, connectedAt, requestedAt: now, expiresAt, ...(reason && { reason }) };
}

/** @returns the revocation in an item of the table's stream: a logout or a close request */
export function revocationOf({ pk, connectedAt, revokedAt, reason }: Item): Revocation {
  if (pk.startsWith(KeyPrefix.CONNECTION)) {
    return {
      connection: { id: pk.slice(KeyPrefix.CONNECTION.length), connectedAt },
      ...(reason === 'connection_limit' && { reason }),
    };
  }
  const [tenant = '', subject = ''] = pk.slice(KeyPrefix.REVOCATION.length).split('/');
  return { subject: { tenant, subject }, revokedAt };
}

const ABSENT = { expression: 'attribute_not_exists(pk)' };

export const ticketKey = (hash: string): Key => ({ pk: `${KeyPrefix.TICKET}${hash}`, sk: SortKey.TICKET });
export const revocationKey = (principal: Principal): Key => ({
  pk: `${KeyPrefix.REVOCATION}${identityOf(principal)}`,
  sk: SortKey.REVOCATION,
});

/** Condition that the principal's token is not revoked: see {@link isRevoked}. */
export const notRevoked = ({ issuedAt }: Principal) => ({
  expression: 'attribute_not_exists(pk) OR revokedAt < :issued',
  values: { ':issued': issuedAt },
});

/** Principal of a ticket or a connection, as attributes. */
export const holder = ({ subject, tenant, scopes, issuedAt, expiresAt }: Principal) => ({
  subject,
  tenant,
  scopes,
  issuedAt,
  authorizedUntil: expiresAt,
});

export const holderOf = ({ subject, tenant, scopes, issuedAt, authorizedUntil }: Item): Principal => ({
  subject,
  tenant,
  scopes,
  issuedAt,
  expiresAt: authorizedUntil,
});
