import { SubscriptionTable } from '../../lambda/adapters/subscription-table';
import type { Table } from '../../lambda/adapters/table';
import type { Clock, Connection } from '../../lambda/realtime/ports';
import type { WebSocketEvent, WebSocketResult } from '../../lambda/websocket-event';
import { connectEvent, disconnectEvent, messageEvent } from '../support/websocket-events';
import type { Entry } from './entry';
import type { Faults } from './faults';
import type { Happening } from './history';
import { type Outcome, valueOf } from './process';
import { SimulatedSocket } from './socket';
import type { Time } from './time';
import { Wire } from './wire';

/** Response of `@connections`. */
export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
}

/** Functions of the routes. */
export type Routes = Record<
  'connect' | 'message' | 'disconnect',
  (event: WebSocketEvent) => Promise<Outcome<WebSocketResult>>
>;

/** Frame that API Gateway sends if the function failed. */
const FAILED = JSON.stringify({ message: 'Internal server error', connectionId: 'id=', requestId: 'id=' });

/** Maximum duration of a connection and idle timeout, in milliseconds: 2 hours and 10 minutes. */
const [LIFETIME, IDLE] = [7_200_000, 600_000];

/** Maximum delay of a `$disconnect` that is late: 5 minutes, in milliseconds. */
const LATE = 300_000;

/** Maximum milliseconds for which all posts are answered 429. */
const BUSY = 2000;

/** Maximum milliseconds of a handshake that the client gives up. */
const GIVES_UP = 200;

/** Share of handshakes over a slow network, and the maximum milliseconds until they reach the API. */
const [SLOW, SLOWLY] = [0.05, 3000];

interface Link {
  connection: Connection;
  wire: Wire;
  state: 'opening' | 'open' | 'closed';
  /** Time of the last frame of the client. */
  receivedAt: number;
}

/** Emulates the WebSocket API: handshakes, frames and `@connections`. */
export class Gateway implements Entry {
  private readonly links = new Map<string, Link>();
  private opened = 0;
  /** Time until which the quota of the account is exceeded, in milliseconds since 1970. */
  private busyUntil = 0;

  constructor(
    private readonly time: Time,
    private readonly faults: Faults,
    private readonly routes: Routes,
    private readonly record: (happening: Happening) => void,
    private readonly posted: (id: string, text: string) => void,
  ) {}

  sockets(created: (socket: SimulatedSocket) => void) {
    const gateway = this;
    return class extends SimulatedSocket {
      constructor(_url: string, protocols: string[]) {
        super();
        created(this);
        void gateway.handshake(this, protocols);
      }
    };
  }

  /** Performs a request to `@connections`. */
  manage(method: 'POST' | 'DELETE', id: string, text: string): Answer {
    const link = this.links.get(id);
    if (this.faults.strikes('all posts are answered 429 for a while')) {
      this.busyUntil = this.time.now() + BUSY * this.time.random();
    }
    if (this.busyUntil > this.time.now() || this.faults.strikes('a post is answered 429')) {
      return { status: 429, headers: { 'x-amzn-errortype': 'LimitExceededException' } };
    }
    if (method === 'POST') {
      this.posted(id, text);
    }
    const gone = method === 'POST' && this.faults.strikes('a post is answered 410 while the socket is open');
    // API Gateway also responds with 410 while the connection is being opened.
    if (link?.state !== 'open' || gone) {
      return { status: 410, headers: { 'x-amzn-errortype': 'GoneException' } };
    }
    if (method === 'DELETE') {
      this.cut(link);
      return { status: 204 };
    }
    this.record({ type: 'pushed', connection: id });
    this.push(link, text);
    return { status: 200 };
  }

  /** The client sends pings and ignores messages. If it does not stay, it has disappeared without `$disconnect`. */
  async joins(topic: string, stays: boolean, table: Table, clock: Clock): Promise<void> {
    const connection = this.join(stays);
    const connections = new SubscriptionTable(table, clock);
    await connections.connect(connection);
    await connections.subscribe(connection, [topic]);
  }

  private join(stays: boolean): Connection {
    const link = this.link(new SimulatedSocket());
    if (stays) {
      this.links.set(link.connection.id, link);
      link.state = 'open';
      this.time.setTimeout(() => this.cut(link), LIFETIME);
    }
    return link.connection;
  }

  closeAll(): void {
    for (const link of [...this.links.values()]) {
      this.cut(link);
    }
  }

  lose(socket: SimulatedSocket): void {
    for (const link of this.links.values()) {
      if (link.wire.socket === socket) {
        link.wire.dead = true;
      }
    }
  }

  private async handshake(socket: SimulatedSocket, protocols: string[]): Promise<void> {
    await this.time.wait(this.time.random() < SLOW ? SLOWLY * this.time.random() : this.latency());
    if (this.faults.strikes('a handshake hangs')) {
      return;
    }
    const link = this.link(socket);
    const { id } = link.connection;
    this.links.set(id, link);
    if (this.faults.strikes('a client gives up its handshake')) {
      // $disconnect can then come before $connect has ended.
      this.time.setTimeout(() => this.cut(link), GIVES_UP * this.time.random());
    }
    const since = this.time.now();
    const opens = !this.faults.strikes('a handshake is refused') && (await this.admits(link.connection, protocols));
    await this.time.wait(this.latency());
    if (opens && link.state === 'opening') {
      const ticket = protocols.find((name) => name.startsWith('ticket.'))?.slice('ticket.'.length);
      this.record({ type: 'connected', connection: id, ticket, since });
      this.open(link);
    } else {
      this.links.delete(id);
      socket.ended();
    }
  }

  private open(link: Link): void {
    link.state = 'open';
    link.receivedAt = this.time.now();
    this.time.setTimeout(() => this.cut(link), LIFETIME);
    this.watch(link);
    link.wire.socket.opened({ send: (text) => this.receive(link, text), close: () => this.closing(link) });
  }

  /** @returns true if the function accepts the connection with a protocol that the client offers */
  private async admits(connection: Connection, protocols: string[]): Promise<boolean> {
    const headers = protocols.length > 0 ? { 'Sec-WebSocket-Protocol': protocols.join(', ') } : undefined;
    const result = valueOf(await this.routes.connect(connectEvent(connection, headers)));
    const chosen = result?.headers?.['Sec-WebSocket-Protocol'];
    // A browser fails a connection whose server chooses none of the protocols that it offered.
    return result?.statusCode === 200 && (chosen === undefined ? protocols.length === 0 : protocols.includes(chosen));
  }

  private link(socket: SimulatedSocket): Link {
    this.opened += 1;
    // Ids of API Gateway are random, so their order is not that in which connections opened.
    const random = Math.floor(36 ** 3 * this.time.random()).toString(36);
    const connection = { id: `${random}-connection${this.opened}=`, connectedAt: this.time.now() };
    return { connection, wire: new Wire(this.time, socket), state: 'opening', receivedAt: 0 };
  }

  private push(link: Link, text: string): void {
    if (this.faults.strikes('a push is lost')) {
      return;
    }
    if (this.faults.strikes('a push is duplicated')) {
      this.send(link, text);
    }
    if (this.faults.strikes('a push is late')) {
      this.time.setTimeout(() => this.send(link, text), 5000 * this.time.random());
    } else {
      this.send(link, text);
    }
  }

  /** Sends a frame to the client. Frames on one socket arrive in order. */
  private send(link: Link, text: string): void {
    if (this.faults.strikes('a socket breaks')) {
      this.cut(link);
    } else if (this.faults.strikes('a socket is dead and neither side notices')) {
      link.wire.dead = true;
    }
    link.wire.toClient(text);
  }

  /** Receives a frame from the client. */
  private receive(link: Link, text: string): void {
    link.wire.toServer(async () => {
      if (link.wire.dead || link.state !== 'open' || this.faults.strikes('a frame of a client is lost')) {
        return;
      }
      link.receivedAt = this.time.now();
      const outcome = await this.routes.message(messageEvent(link.connection, text));
      const body = outcome === 'ended' || 'error' in outcome ? FAILED : outcome.value.body;
      if (body !== undefined) {
        this.send(link, body);
      }
    });
  }

  /** Handles the client's close. */
  private closing(link: Link): void {
    this.time.setTimeout(() => link.wire.dead || this.cut(link), this.latency());
  }

  private cut(link: Link): void {
    if (link.state === 'closed') {
      return;
    }
    link.state = 'closed';
    this.links.delete(link.connection.id);
    this.record({ type: 'disconnected', connection: link.connection.id });
    link.wire.breaks();
    this.disconnect(link.connection);
  }

  /** Calls `$disconnect`, on a best-effort basis. */
  private disconnect(connection: Connection): void {
    if (!this.faults.strikes('$disconnect is never called')) {
      const late = this.faults.strikes('$disconnect is late') ? LATE * this.time.random() : this.latency();
      this.time.setTimeout(() => void this.routes.disconnect(disconnectEvent(connection)), late);
    }
  }

  private watch(link: Link): void {
    const left = link.receivedAt + IDLE - this.time.now();
    if (left <= 0) {
      this.cut(link);
    } else if (link.state === 'open') {
      this.time.setTimeout(() => this.watch(link), left);
    }
  }

  private latency(): number {
    return 1 + 30 * this.time.random();
  }
}
