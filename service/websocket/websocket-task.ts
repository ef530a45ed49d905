import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Metrics, WRITE_EVERY } from '../../lambda/metrics';
import { Membership, type MembershipOptions } from './membership';
import { postServer } from './post-server';
import { SocketServer, type SocketServerOptions } from './socket-server';

export interface WebSocketTaskOptions
  extends MembershipOptions, Omit<SocketServerOptions, 'membership' | 'releaseSlot'> {
  readonly metrics: Metrics;
  /** Seconds over which SIGTERM spreads the closing of the sockets. */
  readonly drainSeconds: number;
}

/** Addresses of a task. */
export interface TaskAddresses {
  /** Port for handshakes and health checks. 0 for any free port. */
  readonly port: number;
  /** Port for the functions of the lane. 0 for any free port. */
  readonly postsPort: number;
  /** IPv4 address at which the functions of the lane reach this task. */
  readonly address: string;
  /** Address to listen on. @default - all */
  readonly host?: string;
}

/** Milliseconds between two sweeps of subscriptions and idle sockets. */
const SWEEP_EVERY = 1000;

/** Milliseconds after the drain for sockets that are slow to close, and for the end of the lease. */
const CLOSE_WITHIN = 5000;

/** A task of the lane: serves sockets while it has a lease, and begins again with another one when it is lost. */
export class WebSocketTask {
  private membership: Membership | undefined;
  /** The membership whose lease was taken last, or is being taken. */
  private joining: Membership | undefined;
  private readonly releases = new Set<Promise<void>>();
  private draining = false;
  private readonly sockets: SocketServer;
  private readonly posts: Server;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(private readonly options: WebSocketTaskOptions) {
    const membership = () => this.membership;
    const { table, logger } = options;
    this.sockets = new SocketServer({
      ...options,
      membership,
      releaseSlot: (connection, opened) => {
        const release = table.releaseSlot(connection, opened);
        const done = release.catch(() => undefined).finally(() => this.releases.delete(done));
        this.releases.add(done);
        return release;
      },
    });
    this.posts = postServer({ membership, logger });
  }

  /** Port for handshakes, once it listens. */
  get port(): number {
    return portOf(this.sockets.server);
  }

  /** Number of sockets that are open or being opened. */
  get size(): number {
    return this.membership?.size ?? 0;
  }

  /** Listens, and serves as a member of the lane until it is drained. */
  async serve({ port, postsPort, address, host }: TaskAddresses): Promise<void> {
    this.posts.listen(postsPort, host);
    this.sockets.server.listen(port, host);
    await Promise.all([once(this.posts, 'listening'), once(this.sockets.server, 'listening')]);
    const postsAt = `${address}:${portOf(this.posts)}`;
    this.timers.push(
      setInterval(() => this.sweep(), SWEEP_EVERY),
      setInterval(() => this.measure(), WRITE_EVERY),
    );
    while (!this.draining) {
      const membership = new Membership(postsAt, this.options);
      this.joining = membership;
      await membership.join();
      if (this.draining) {
        // Drained in the meantime.
        await membership.end();
        return;
      }
      this.membership = membership;
      this.options.logger({ event: 'serving', port: this.port });
      await membership.keep();
      if (!this.draining) {
        this.options.logger({ event: 'lease_lost' });
        void this.leave(membership);
      }
    }
  }

  /**
   * Closes all sockets, spread over the time of the drain, then ends the lease. Messages are delivered meanwhile.
   *
   * @returns the number of sockets that could not be closed in time
   */
  async drain(): Promise<number> {
    const { drainSeconds, clock, logger } = this.options;
    this.draining = true;
    this.sockets.drain();
    const { membership } = this;
    logger({ event: 'draining', sockets: membership?.sockets.size ?? 0 });
    const deadline = clock.now() + drainSeconds * 1000 + CLOSE_WITHIN;
    for (const socket of membership?.sockets.all ?? []) {
      this.timers.push(setTimeout(() => socket.restart(), clock.random() * drainSeconds * 1000));
    }
    while (membership && membership.size > 0 && clock.now() < deadline) {
      await delay(100);
    }
    const left = membership?.size ?? 0;
    const ended = new AbortController();
    const { signal } = ended;
    await Promise.race([this.leave(membership), delay(CLOSE_WITHIN, undefined, { signal }).catch(() => undefined)]);
    ended.abort();
    this.close();
    this.options.metrics.write();
    logger({ event: 'drained', sockets: left });
    return left;
  }

  /** Closes the servers and all sockets at once. */
  close(): void {
    this.draining = true;
    this.sockets.drain();
    this.joining?.abandon();
    this.membership?.sockets.all.forEach((socket) => socket.restart());
    this.timers.forEach((timer) => clearTimeout(timer));
    this.posts.close();
    this.posts.closeAllConnections();
    this.sockets.server.close();
    this.sockets.server.closeAllConnections();
  }

  private async leave(membership: Membership | undefined): Promise<void> {
    // The slots are released while the lease is held, because their subjects can use them at once.
    await Promise.all(this.releases);
    await membership?.unsubscribe();
    await membership?.end();
  }

  private sweep(): void {
    const { membership } = this;
    const now = this.options.clock.now();
    for (const socket of membership?.sockets.all ?? []) {
      socket.closeIfIdle(now);
    }
    void membership?.sweep(this.draining ? 0 : undefined);
  }

  private measure(): void {
    const { metrics } = this.options;
    metrics.sample('OpenConnections', this.membership?.sockets.size ?? 0);
    metrics.write();
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo | null)?.port ?? 0;
}
