import { ANY_DEBT, fullStarts, type RateLimit, take, type TokenRequest } from '../../../lambda/realtime/rate-limit';
import type {
  RateLimits,
  Clock,
  CloseRequests,
  Connection,
  ConnectionOpener,
  TicketIssuer,
} from '../../../lambda/realtime/ports';
import { identityOf, type Principal } from '../../../lambda/realtime/principal';
import { isRevoked, revokedAtOf } from '../../../lambda/realtime/revocation';
import { isGood, type Ticket } from '../../../lambda/realtime/tickets';
import type { MemoryConnections } from './connections';

/** Tickets, revocations, rate limits and the opening of connections, in memory. */
export class MemoryAdmission implements TicketIssuer, RateLimits, CloseRequests, ConnectionOpener {
  /** Connections requested to be closed. */
  readonly closed: Connection[] = [];
  private readonly tickets = new Map<string, Ticket & { startsEmpty: boolean }>();
  private readonly revoked = new Map<string, number>();
  private readonly fullAt = new Map<string, number>();
  private readonly startedAt = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly connections: MemoryConnections,
    private readonly limits: { requests: RateLimit; connections: number },
  ) {}

  async mint(hash: string, ticket: Ticket): ReturnType<TicketIssuer['mint']> {
    if (this.isRevoked(ticket.principal)) {
      return 'revoked';
    }
    const started = this.take(ticket.principal, fullStarts(this.limits.connections), {}, this.startedAt);
    this.tickets.set(hash, { ...ticket, startsEmpty: 'retryAfter' in started });
    return 'minted';
  }

  async revoke(principal: Principal): Promise<void> {
    if (!this.isRevoked(principal)) {
      this.revoked.set(identityOf(principal), revokedAtOf(this.clock.now()));
    }
  }

  async spend(principal: Principal, cost = 1): ReturnType<RateLimits['spend']> {
    const outcome = this.take(principal, this.limits.requests, { cost });
    return 'retryAfter' in outcome ? { retryAfter: outcome.retryAfter } : 'spent';
  }

  async charge(principal: Principal, cost: number): Promise<void> {
    this.take(principal, this.limits.requests, { cost, debt: ANY_DEBT });
  }

  private take(
    principal: Principal,
    rateLimit: RateLimit,
    request: TokenRequest,
    buckets = this.fullAt,
  ): ReturnType<typeof take> {
    const subject = identityOf(principal);
    const fullAt = buckets.get(subject) ?? 0;
    const outcome = take(fullAt, this.clock.now(), rateLimit, request);
    buckets.set(subject, outcome.fullAt ?? fullAt);
    return outcome;
  }

  async close(connection: Connection): Promise<void> {
    this.closed.push({ id: connection.id, connectedAt: connection.connectedAt });
  }

  async open(connection: Connection, hash: string, origins: readonly string[]): ReturnType<ConnectionOpener['open']> {
    const ticket = this.tickets.get(hash);
    if (!ticket || !isGood(ticket, origins, this.clock.now()) || this.isRevoked(ticket.principal)) {
      return 'unauthorized';
    }
    this.tickets.delete(hash);
    const open = this.connections.openOf(ticket.principal);
    const steps = [this.connections.connect(connection, ticket.principal, ticket.startsEmpty)];
    if (open.length >= this.limits.connections) {
      const silent = open.reduce((one, other) =>
        this.connections.lastFrameOf(other) < this.connections.lastFrameOf(one) ? other : one,
      );
      steps.push(this.connections.disconnect(silent), this.close(silent));
    }
    await Promise.all(steps);
    const { principal, startsEmpty } = ticket;
    return { principal, fullAt: startsEmpty ? this.clock.now() : 0, slot: 0 };
  }

  private isRevoked(principal: Principal): boolean {
    return isRevoked(principal.issuedAt, this.revoked.get(identityOf(principal)) ?? -1);
  }
}
