import { backoffDelay } from '../lambda/realtime/backoff';
import { Connection, type ConnectionOwner } from './connection';
import { TwinlaneError } from './error';
import type { Http } from './http';
import type { Settings } from './settings';

/** `open` while there is a connection; `connecting` before and between; `idle` until something is subscribed to. */
export type State = 'idle' | 'connecting' | 'open' | 'closed';

/** What the connector tells, beside what its connections do. */
export interface ConnectorOwner extends Omit<ConnectionOwner, 'opened' | 'settled' | 'ended'> {
  state(state: State): void;
}

/** How long the connection that was replaced still hears what was on its way to it, in milliseconds. */
const LINGER = 5_000;

/**
 * Sees to it that there is a connection: the first, another when it breaks, and another before it is cut. A connection is
 * replaced by one that is subscribed to everything, so that nothing falls between.
 */
export class Connector {
  state: State = 'idle';
  private readonly connections = new Set<Connection>();
  private current: Connection | undefined;
  /** Takes the place of the current one, if there is any, once it is subscribed to everything. */
  private next: Connection | undefined;
  /** From the ticket on until there is another current connection. */
  private opening = false;
  private failures = 0;
  private timer: unknown;

  constructor(
    private readonly settings: Settings,
    private readonly http: Http,
    private readonly owner: ConnectorOwner,
  ) {}

  subscribe(topic: string): void {
    if (this.state === 'idle') {
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

  /** The network is back: nothing is gained by waiting longer than after a first failure. */
  hurry(): void {
    if (this.current) {
      this.current.ping();
    } else if (this.state === 'connecting' && !this.opening) {
      this.failures = 0;
      this.retry();
    }
  }

  close(): void {
    this.settings.clock.clearTimeout(this.timer);
    this.enter('closed');
    for (const connection of this.connections) {
      connection.end();
    }
  }

  private async connect(): Promise<void> {
    this.opening = true;
    let ticket: string | undefined;
    try {
      ticket = this.settings.token && (await this.http.ticket());
    } catch (error) {
      this.failed(error);
      return;
    }
    if (this.state === 'closed') {
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
      ticket,
    );
    this.next = connection;
    this.connections.add(connection);
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
    this.later(earliest + (latest - earliest) * clock.random());
    this.enter('open');
  }

  private ended(connection: Connection): void {
    this.connections.delete(connection);
    if (this.state === 'closed') {
      return;
    }
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
    // What opens and breaks at once is a failure, too.
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
    if (this.state === 'closed') {
      return;
    }
    const refused = error instanceof TwinlaneError ? error : undefined;
    if (refused && !refused.transient) {
      this.owner.refused(refused);
    }
    this.retry(refused?.retryAfter);
  }

  private retry(retryAfter = 0): void {
    const { clock, reconnect } = this.settings;
    this.failures += 1;
    this.later(retryAfter * 1000 + backoffDelay(this.failures, reconnect, clock.random()));
  }

  /** Connects later, and not when it was to be before. */
  private later(milliseconds: number): void {
    const { clock } = this.settings;
    clock.clearTimeout(this.timer);
    this.timer = clock.setTimeout(() => void this.connect(), milliseconds);
  }

  private enter(state: State): void {
    if (this.state !== state) {
      this.state = state;
      this.owner.state(state);
    }
  }
}
