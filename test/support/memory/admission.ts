import { type RateLimit, take } from '../../../lambda/realtime/rate-limit';
import type {
  RateLimits,
  Clock,
  CloseRequests,
  Connection,
  ConnectionOpener,
  TicketIssuer,
} from '../../../lambda/realtime/ports';
import { identityOf, type Principal } from '../../../lambda/realtime/principal';
import { isGood, type Ticket } from '../../../lambda/realtime/tickets';
import type { MemoryConnections } from './connections';

/** Tickets, revocations, rate limits and the opening of connections, in memory. */
export class MemoryAdmission implements TicketIssuer, RateLimits, CloseRequests, ConnectionOpener {
  /** Connections requested to be closed. */
  readonly closed: Connection[] = [];
  private readonly tickets = new Map<string, Ticket>();
  private readonly revoked = new Map<string, number>();
  private readonly fullAt = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly connections: MemoryConnections,
    private readonly limits: { requests: RateLimit; connections: number },
  ) {}

  async mint(hash: string, ticket: Ticket): ReturnType<TicketIssuer['mint']> {
    if (this.isRevoked(ticket.principal)) {
      return 'revoked';
    }
    this.tickets.set(hash, ticket);
    return 'minted';
  }

  async revoke(principal: Principal): Promise<void> {
    this.revoked.set(identityOf(principal), Math.floor(this.clock.now() / 1000));
  }

  async spend(principal: Principal): ReturnType<RateLimits['spend']> {
    const subject = identityOf(principal);
    const outcome = take(this.fullAt.get(subject) ?? 0, this.clock.now(), this.limits.requests);
    if ('retryAfter' in outcome) {
      return outcome;
    }
    this.fullAt.set(subject, outcome.fullAt);
    return 'spent';
  }

  async charge(principal: Principal, cost: number): Promise<void> {
    const subject = identityOf(principal);
    this.fullAt.set(subject, (this.fullAt.get(subject) ?? 0) + (cost * 1000) / this.limits.requests.perSecond);
  }

  async close(connection: Connection): Promise<void> {
    this.closed.push(connection);
  }

  async open(connection: Connection, hash: string, origin: string): ReturnType<ConnectionOpener['open']> {
    const ticket = this.tickets.get(hash);
    if (!ticket || !isGood(ticket, origin, this.clock.now()) || this.isRevoked(ticket.principal)) {
      return 'unauthorized';
    }
    if (this.connections.countOf(ticket.principal) >= this.limits.connections) {
      return 'rate_limited';
    }
    this.tickets.delete(hash);
    await this.connections.connect(connection, ticket.principal);
    return 'connected';
  }

  private isRevoked(principal: Principal): boolean {
    return principal.issuedAt <= (this.revoked.get(identityOf(principal)) ?? -1);
  }
}
