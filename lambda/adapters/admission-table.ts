import type { RateLimit } from '../realtime/rate-limit';
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
import type { Revocation } from '../realtime/revocation';
import type { Ticket } from '../realtime/tickets';
import { KeyPrefix, SortKey } from '../keys';
import { takeFrom } from './token-bucket';
import type { Item, Key, Table, Write } from './table';

/** Maximum age of a token, in seconds. A logout is stored for at least as long, so it applies to all earlier tokens. */
export const TOKEN_AGE_SECONDS = 24 * 3600;

/** Seconds for which a close request is stored: far longer than the stream needs to read it. */
const CLOSING_SECONDS = 3600;

/** Milliseconds for which a write is retried after conflicts with other transactions. */
const RETRY_FOR = 2000;
const BACKOFF = { base: 20, cap: 500 };

/**
 * Admission table on DynamoDB, through which the lanes share tickets, logouts and rate limits. Every item has expiresAt, and
 * an expired ticket is refused.
 *
 * | pk | sk | content | attributes |
 * | --- | --- | --- | --- |
 * | `TICKET#{sha256}` | `TICKET` | a ticket | subject, tenant, scopes, issuedAt, authorizedUntil, origin, expiresAt |
 * | `SUBJECT#{tenant}/{subject}` | `REVOCATION` | a logout | revokedAt (seconds), expiresAt |
 * | `SUBJECT#{tenant}/{subject}` | `RATE_LIMIT` | rate limit of the subject | fullAt, expiresAt |
 * | `CONNECTION#{id}` | `CLOSING` | a close request | connectedAt, expiresAt |
 */
export class AdmissionTable implements TicketIssuer, RateLimits, CloseRequests {
  constructor(
    private readonly table: Table,
    private readonly clock: Clock,
    private readonly rateLimit: RateLimit,
  ) {}

  async mint(hash: string, { principal, origin, expiresAt }: Ticket): ReturnType<TicketIssuer['mint']> {
    const writes: Write[] = [
      { put: { ...ticketKey(hash), ...holder(principal), origin, expiresAt }, condition: ABSENT },
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
    const revokedAt = this.seconds();
    await this.table.put({ ...revocationKey(principal), revokedAt, expiresAt: revokedAt + TOKEN_AGE_SECONDS + 60 });
  }

  async spend(principal: Principal): ReturnType<RateLimits['spend']> {
    const outcome = await takeFrom(
      this.table,
      { pk: subjectKey(principal), sk: SortKey.RATE_LIMIT },
      {
        rateLimit: this.rateLimit,
        clock: this.clock,
        set: { expression: 'expiresAt = :later', values: { ':later': this.seconds() + 3600 } },
      },
    );
    if ('taken' in outcome) {
      return 'spent';
    }
    return 'retryAfter' in outcome ? outcome : { retryAfter: 1 };
  }

  async charge(principal: Principal, cost: number): Promise<void> {
    const key = { pk: subjectKey(principal), sk: SortKey.RATE_LIMIT };
    await this.table.update(key, 'ADD fullAt :more', {
      expression: 'attribute_exists(fullAt)',
      values: { ':more': (cost * 1000) / this.rateLimit.perSecond },
    });
  }

  async close({ id, connectedAt }: Connection): Promise<void> {
    const expiresAt = this.seconds() + CLOSING_SECONDS;
    await this.table.put({ pk: `${KeyPrefix.CONNECTION}${id}`, sk: SortKey.CLOSING, connectedAt, expiresAt });
  }

  private seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }
}

/** @returns the revocation in an item of the table's stream: a logout or a close request */
export function revocationOf({ pk, connectedAt, revokedAt }: Item): Revocation {
  if (pk.startsWith(KeyPrefix.CONNECTION)) {
    return { connection: { id: pk.slice(KeyPrefix.CONNECTION.length), connectedAt } };
  }
  const [tenant = '', subject = ''] = pk.slice(KeyPrefix.SUBJECT.length).split('/');
  return { subject: { tenant, subject }, revokedAt };
}

const ABSENT = { expression: 'attribute_not_exists(pk)' };

export const ticketKey = (hash: string): Key => ({ pk: `${KeyPrefix.TICKET}${hash}`, sk: SortKey.TICKET });
export const subjectKey = (principal: Pick<Principal, 'subject' | 'tenant'>) =>
  `${KeyPrefix.SUBJECT}${identityOf(principal)}`;
export const revocationKey = (principal: Principal): Key => ({ pk: subjectKey(principal), sk: SortKey.REVOCATION });

/** Condition that the principal's token is not revoked. A token that was issued in the second of a logout is revoked. */
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
