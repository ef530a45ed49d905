import { backoffDelay } from './backoff';
import { Connection, type ConnectionOwner } from './connection';
import { TwinlaneError } from './error';
import type { ConnectionState, Status } from './connection-state';
import type { Http, Ticket } from './http';
import type { Settings } from './options';
import type { Presence } from './protocol';

/** Callbacks of a connector: its own, and those of its connections that it passes on. */
export interface ConnectorOwner extends Omit<ConnectionOwner, 'opened' | 'settled' | 'ended'> {
  changed(state: ConnectionState): void;
}

/** Milliseconds for which a replaced connection stays open to receive frames that are in flight. */
const LINGER = 5_000;

const SECOND = 1_000;

/** Milliseconds for which a ticket is valid, unless its token expires sooner. */
const TICKET = 30_000;

/** Minimum of the milliseconds between the replacement of a connection and the end of its authorization. Twice that is the maximum. */
const RENEW_BEFORE = 60_000;

/**
 * Keeps a connection open: opens the first, reconnects when it breaks, and replaces it before API Gateway closes it or its
 * authorization ends. A connection is replaced only when the new one is subscribed to every topic, so that no push is missed.
 */
export class Connector {
  state: ConnectionState = { status: 'idle', attempt: 0, quality: 'none' };
  private readonly connections = new Set<Connection>();
  private current: Connection | undefined;
  /** Replaces the current connection, if there is one, when it is subscribed to every topic. */
  private next: Connection | undefined;
  /** True from the request of a ticket until the new connection is the current one. */
  private opening = false;
  private failures = 0;
  /** Number of calls of {@link end}, after which nothing that began before matters. */
  private generation = 0;
  /** End of the authorization by the newest ticket, in milliseconds of the server's clock. */
  private authorizedUntil = 0;
  /** Time from which on a connection needs a new token, in milliseconds of the client's clock. */
  private renewAt = Number.POSITIVE_INFINITY;
  private timer: unknown;

  constructor(
    private readonly settings: Settings,
    private readonly http: Http,
    private readonly owner: ConnectorOwner,
  ) {}

  subscribe(topic: string): void {
    if (this.state.status === 'idle') {
      this.enter('connecting');
      void this.connect();
    }
    for (const connection of this.connections) {
      connection.subscribe(topic);
    }
  }

  unsubscribe(topic: string): void {
    for (const connection of this.connections) {
      connection.reconcile(topic);
    }
  }

  /** Reacts to a network that is available again: checks the connection, or reconnects with the shortest backoff. */
  wake(): void {
    if (this.current) {
      this.current.ping();
    } else if (this.state.status === 'connecting' && !this.opening) {
      this.failures = 0;
      this.retry();
    }
  }

  presence(topic: string): Promise<Presence> {
    return (
      this.current?.presence(topic) ??
      Promise.reject(new TwinlaneError('unavailable', 'There is no connection. Fix: subscribe to a topic.'))
    );
  }

  /** @param closed false if the client can connect again. */
  end(closed: boolean): void {
    this.settings.clock.clearTimeout(this.timer);
    this.generation += 1;
    this.current = this.next = undefined;
    this.opening = false;
    this.failures = 0;
    this.authorizedUntil = 0;
    this.renewAt = Number.POSITIVE_INFINITY;
    this.enter(closed ? 'closed' : 'idle');
    for (const connection of this.connections) {
      connection.end();
    }
  }

  private async connect(): Promise<void> {
    const { generation } = this;
    this.opening = true;
    // A timer can run slightly before its time.
    const renews = this.settings.clock.now() + SECOND >= this.renewAt;
    if (renews) {
      this.http.renew();
    }
    let ticket: Ticket | undefined;
    try {
      ticket = this.settings.token && (await this.http.ticket());
    } catch (error) {
      if (generation === this.generation) {
        this.failed(error);
      }
      return;
    }
    if (generation !== this.generation || (ticket && !this.extends(ticket, renews))) {
      return;
    }
    const connection = new Connection(
      this.settings,
      {
        ...this.owner,
        opened: () => this.opened(connection),
        settled: () => this.settled(connection),
        ended: () => this.ended(connection),
      },
      ticket?.ticket,
    );
    this.next = connection;
    this.connections.add(connection);
  }

  /**
   * Takes in the end of an authorization. Uses the client's clock for durations only, because it can be wrong.
   *
   * @returns false if a connection with the ticket would be authorized no longer than the current one, although a new token
   * was requested. The next attempt is then when that authorization has ended.
   */
  private extends({ expiresAt, authorizedUntil }: Ticket, renews: boolean): boolean {
    const { clock } = this.settings;
    const until = authorizedUntil ? Date.parse(authorizedUntil) : Number.POSITIVE_INFINITY;
    // At least TICKET, so that short tokens cause no more than four connections in a minute.
    const left = authorizedUntil ? until - Date.parse(expiresAt) + TICKET : until;
    if (renews && this.current && until <= this.authorizedUntil) {
      this.opening = false;
      this.schedule(left);
      return false;
    }
    this.authorizedUntil = until;
    this.renewAt = clock.now() + left - Math.min(RENEW_BEFORE * (1 + clock.random()), left / 2);
    return true;
  }

  private opened(connection: Connection): void {
    if (!this.current) {
      this.promote(connection);
    }
  }

  private settled(connection: Connection): void {
    if (connection === this.next) {
      this.promote(connection);
    }
  }

  private promote(connection: Connection): void {
    const { clock, rotateAfter } = this.settings;
    this.current?.endAfter(LINGER);
    this.current = connection;
    this.next = undefined;
    this.opening = false;
    const [earliest, latest] = rotateAfter;
    const age = earliest + (latest - earliest) * clock.random();
    this.schedule(Math.min(age, Math.max(0, this.renewAt - clock.now())));
    this.enter('open');
  }

  private ended(connection: Connection): void {
    this.connections.delete(connection);
    if (connection === this.next) {
      this.next = undefined;
      this.failed();
    } else if (connection === this.current) {
      this.lost(connection);
    }
  }

  private lost({ openedAt = 0 }: Connection): void {
    const { clock, reconnect } = this.settings;
    this.current = undefined;
    // A connection that breaks soon after it opened counts as a failure.
    if (clock.now() - openedAt >= reconnect.cap) {
      this.failures = 0;
    }
    if (this.next?.openedAt !== undefined) {
      this.promote(this.next);
      return;
    }
    this.enter('connecting');
    if (!this.opening) {
      this.retry();
    }
  }

  private failed(error?: unknown): void {
    this.opening = false;
    const refused = TwinlaneError.is(error) ? error : undefined;
    if (refused && !refused.retryable) {
      this.owner.refused(refused);
    }
    this.retry(refused?.retryAfter);
  }

  private retry(retryAfter = 0): void {
    const { clock, reconnect } = this.settings;
    this.failures += 1;
    this.schedule(retryAfter * 1000 + backoffDelay(this.failures, reconnect, clock.random()));
  }

  /** Schedules the next connection and cancels a pending one. */
  private schedule(milliseconds: number): void {
    const { clock } = this.settings;
    clock.clearTimeout(this.timer);
    this.timer = clock.setTimeout(() => void this.connect(), milliseconds);
  }

  private enter(status: Status): void {
    if (this.state.status !== status) {
      this.state = { status, attempt: this.failures, quality: status === 'open' ? 'good' : 'none' };
      this.owner.changed(this.state);
    }
  }
}
