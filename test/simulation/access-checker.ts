import type { Event, Holder } from './history';

type Of<Type extends Event['type']> = Extract<Event, { type: Type }>;

/**
 * Maximum milliseconds between the read of an authorization and the post of a message: the time that deliver has for its
 * posts. A server reads the authorization of each socket when it sends.
 */
const [SLACK, SLACK_OF_SERVERS] = [30_000, 0];

/**
 * Maximum milliseconds between the acceptance of a logout and the last message to a connection of an earlier token. The
 * request can be in the stream for a while. A server that cannot be reached, or was suspended, closes its sockets when its lease ends,
 * after at most 30 s.
 */
const CLOSES_WITHIN = 300_000;

/** An accepted connection. */
interface Access {
  holder: Holder;
  isOpen: boolean;
}

/** Checks who gets in: tickets, the end of authorizations, and logouts. */
export class AccessChecker {
  private readonly tickets = new Map<string, { holder: Holder; until: number; used: boolean }>();
  private readonly connections = new Map<string, Access>();
  /** Last logout of each subject: the times of its request and of its acceptance, in milliseconds since 1970. */
  private readonly logouts = new Map<string, { since: number; accepted: number }>();

  /** @param servers true for a lane with servers of its own */
  constructor(
    private readonly violated: (what: string) => void,
    private readonly servers = false,
  ) {}

  see(event: Event): void {
    switch (event.type) {
      case 'ticket':
        this.ticket(event);
        break;
      case 'connected':
        this.connected(event);
        break;
      case 'pushed':
        this.pushed(event);
        break;
      case 'disconnected':
        this.disconnected(event);
        break;
      case 'loggedOut':
        this.logouts.set(event.subject, { since: event.since, accepted: event.at });
    }
  }

  /** Compares the final state, after all faults have stopped and pending work has completed. */
  end(): void {
    for (const [connection, { holder, isOpen }] of this.connections) {
      const logout = this.logouts.get(holder.subject);
      if (isOpen && logout && isBefore(holder, logout.since)) {
        this.violated(`${connection} of ${holder.subject} is open after the logout of its token`);
      }
    }
  }

  private ticket({ ticket, holder, until }: Of<'ticket'>): void {
    this.tickets.set(ticket, { holder, until, used: false });
  }

  private connected({ connection, ticket: text, since }: Of<'connected'>): void {
    if (text === undefined) {
      return;
    }
    const ticket = this.tickets.get(text);
    if (!ticket) {
      this.violated(`${connection} opened with a ticket that nobody has`);
      return;
    }
    const { holder, until, used } = ticket;
    ticket.used = true;
    this.connections.set(connection, { holder, isOpen: true });
    const logout = this.logouts.get(holder.subject);
    if (used) {
      this.violated(`${connection} opened with a ticket that was used before`);
    }
    if (since > until) {
      this.violated(`${connection} opened with a ticket that had expired`);
    }
    if (logout && logout.accepted < since && isBefore(holder, logout.since)) {
      this.violated(`${connection} of ${holder.subject} opened after the logout of its token`);
    }
  }

  private pushed({ connection, at }: Of<'pushed'>): void {
    const access = this.connections.get(connection);
    if (access && at > access.holder.expiresAt * 1000 + (this.servers ? SLACK_OF_SERVERS : SLACK)) {
      this.violated(`${connection} got a message after the end of its authorization`);
    }
    const logout = access && this.logouts.get(access.holder.subject);
    if (access && logout && isBefore(access.holder, logout.since) && at > logout.accepted + CLOSES_WITHIN) {
      this.violated(`${connection} got a message ${at - logout.accepted} ms after the logout of its token`);
    }
  }

  private disconnected({ connection }: Of<'disconnected'>): void {
    const access = this.connections.get(connection);
    if (access) {
      access.isOpen = false;
    }
  }
}

/** @returns true if a token was issued in an earlier second than the request of a logout */
const isBefore = ({ issuedAt }: Holder, logout: number): boolean => issuedAt < Math.floor(logout / 1000);
