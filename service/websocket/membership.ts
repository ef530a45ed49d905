import { randomBytes } from 'node:crypto';
import type { TaskTable } from '../../lambda/adapters/task-table';
import { errorFields, type Logger } from '../../lambda/logger';
import type { Clock, Connection, Task } from '../../lambda/realtime/ports';
import type { RateLimit } from '../../lambda/realtime/rate-limit';
import { Sockets } from '../../lambda/realtime/sockets';
import { socketIdOf, taskIdOf } from '../../lambda/realtime/task-id';
import { TaskLease } from '../../lambda/realtime/task-lease';
import { TaskTopics } from '../../lambda/realtime/task-topics';
import type { ClientSocket } from './client-socket';
import { Closing } from './limits';

export interface MembershipOptions {
  readonly table: TaskTable;
  readonly clock: Clock;
  /** Rate limit of a connection's frames. */
  readonly frames: RateLimit;
  readonly logger: Logger;
}

/** A handshake that is being performed. */
export interface Handshake {
  readonly connection: Connection;
  /** True if the connection was closed by its id in the meantime. */
  closed: boolean;
}

/**
 * Membership of this server in the lane, under one id: its lease, and the sockets and topics that depend on it. When the lease is
 * lost, the membership ends with all of its sockets, and the server begins another one.
 */
export class Membership {
  readonly task: Task;
  readonly sockets: Sockets<ClientSocket>;
  readonly topics: TaskTopics;
  private readonly lease: TaskLease;
  private readonly handshakes = new Map<string, Handshake>();
  private opened = 0;

  /** @param address - host and port at which this server receives posts */
  constructor(
    address: string,
    private readonly options: MembershipOptions,
  ) {
    const { table, clock, frames } = options;
    this.task = {
      id: taskIdOf(randomBytes(16).toString('base64url')),
      connectedAt: clock.now(),
      address,
      secret: randomBytes(32).toString('base64url'),
    };
    this.lease = new TaskLease(this.task, table, clock);
    this.topics = new TaskTopics({ task: this.task, table, clock, failed: this.failed });
    this.sockets = new Sockets({ topics: this.topics, table, frames, clock, held: () => this.held });
  }

  /** True while sockets can be opened. */
  get held(): boolean {
    return this.lease.held;
  }

  /** Number of sockets that are open or being opened. */
  get size(): number {
    return this.sockets.size + this.handshakes.size;
  }

  /** Resolves when this server has a lease, or after {@link abandon}. */
  async join(): Promise<void> {
    await this.lease.take();
  }

  /** Gives up the lease without the table, when the process ends. */
  abandon(): void {
    this.lease.abandon();
  }

  /** Resolves when the lease is lost. All sockets are closed then. */
  async keep(): Promise<void> {
    await this.lease.keep(this.failed);
    for (const socket of this.sockets.all) {
      socket.restart();
    }
  }

  /** Begins a handshake. Its connection can be closed by its id from now on. */
  begins(): Handshake {
    this.opened += 1;
    const id = socketIdOf(this.task.id, this.opened);
    const handshake = { connection: { id, connectedAt: this.options.clock.now() }, closed: false };
    this.handshakes.set(id, handshake);
    return handshake;
  }

  /** Ends a handshake, after its socket was added or refused. */
  ends({ connection }: Handshake): void {
    this.handshakes.delete(connection.id);
  }

  /** Closes a connection by its id. @returns false if there is none */
  close(connectionId: string): boolean {
    const handshake = this.handshakes.get(connectionId);
    if (handshake) {
      handshake.closed = true;
      return true;
    }
    const socket = this.sockets.get(connectionId);
    socket?.close(Closing.REVOKED);
    return socket !== undefined;
  }

  /** Ends all subscriptions, after all sockets are closed, or some of them if the table fails. */
  async unsubscribe(): Promise<void> {
    for (let before = Number.POSITIVE_INFINITY; this.topics.size > 0 && this.topics.size < before;) {
      before = this.topics.size;
      await this.topics.sweep(0);
    }
  }

  /** Renews and ends subscriptions that are due. @param linger see {@link TaskTopics.sweep} */
  async sweep(linger?: number): Promise<void> {
    await this.topics.sweep(linger);
  }

  /** Ends the lease. Failures are logged: the lease ends by itself. */
  async end(): Promise<void> {
    await this.lease.end().catch(this.failed);
  }

  private readonly failed = (error: unknown): void => {
    this.options.logger({ event: 'table_failed', ...errorFields(error) });
  };
}
