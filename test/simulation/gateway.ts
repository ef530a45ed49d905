import type { Connection } from '../../lambda/realtime/ports';
import type { WebSocketEvent, WebSocketResult } from '../../lambda/websocket-event';
import { connectEvent, disconnectEvent, messageEvent } from '../support/websocket-events';
import type { Faults } from './faults';
import { type Outcome, valueOf } from './process';
import { SimulatedSocket } from './socket';
import type { Time } from './time';

/** An answer over HTTP, before it is written down. */
export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
}

/** The functions of the routes. */
export type Routes = Record<
  'connect' | 'message' | 'disconnect',
  (event: WebSocketEvent) => Promise<Outcome<WebSocketResult>>
>;

/** Answer to a message whose function failed. */
const FAILED = JSON.stringify({ message: 'Internal server error', connectionId: 'id=', requestId: 'id=' });

/** API Gateway ends a connection after 2 hours, and one that has sent nothing for 10 minutes. In milliseconds. */
const [LIFETIME, IDLE] = [7_200_000, 600_000];

interface Link {
  connection: Connection;
  socket: SimulatedSocket;
  state: 'opening' | 'open' | 'closed';
  /** Nothing arrives any more, on either side, and neither knows. */
  dead: boolean;
  heardAt: number;
  /** Time at which the last frame that was sent there arrives. The next one arrives later. */
  clientAt: number;
  serverAt: number;
}

/** The WebSocket API: handshakes, frames, `@connections`. */
export class Gateway {
  private readonly links = new Map<string, Link>();
  private opened = 0;

  constructor(
    private readonly time: Time,
    private readonly faults: Faults,
    private readonly routes: Routes,
  ) {}

  /** @returns what a client makes its sockets with. @param opened is told of each. */
  sockets(opened: (socket: SimulatedSocket) => void) {
    const gateway = this;
    return class extends SimulatedSocket {
      constructor(_url: string, protocols: string[]) {
        super();
        opened(this);
        void gateway.shake(this, protocols);
      }
    };
  }

  /** Does a request to `@connections`. */
  manage(method: 'POST' | 'DELETE', id: string, text: string): Answer {
    const link = this.links.get(id);
    if (this.faults.strikes('a post is answered 429')) {
      return { status: 429, headers: { 'x-amzn-errortype': 'LimitExceededException' } };
    }
    const gone = method === 'POST' && this.faults.strikes('a post is answered 410 while the socket is open');
    // Also while the connection is being opened.
    if (link?.state !== 'open' || gone) {
      return { status: 410, headers: { 'x-amzn-errortype': 'GoneException' } };
    }
    if (method === 'DELETE') {
      this.cut(link);
      return { status: 204 };
    }
    this.push(link, text);
    return { status: 200 };
  }

  /** The client of a socket is gone without a word. */
  lose(socket: SimulatedSocket): void {
    for (const link of this.links.values()) {
      if (link.socket === socket) {
        link.dead = true;
      }
    }
  }

  private async shake(socket: SimulatedSocket, protocols: string[]): Promise<void> {
    await this.time.wait(this.latency());
    if (this.faults.strikes('a handshake hangs')) {
      return;
    }
    const link = this.link(socket);
    const { id } = link.connection;
    this.links.set(id, link);
    const opens = !this.faults.strikes('a handshake is refused') && (await this.admits(link.connection, protocols));
    await this.time.wait(this.latency());
    if (!opens) {
      this.links.delete(id);
      socket.ended();
      return;
    }
    link.state = 'open';
    link.heardAt = this.time.now();
    this.time.setTimeout(() => this.cut(link), LIFETIME);
    this.watch(link);
    socket.opened({ send: (text) => this.receive(link, text), close: () => this.closing(link) });
  }

  /** @returns whether the function lets the connection open, with a protocol that the client offers. */
  private async admits(connection: Connection, protocols: string[]): Promise<boolean> {
    const headers = protocols.length > 0 ? { 'Sec-WebSocket-Protocol': protocols.join(', ') } : undefined;
    const result = valueOf(await this.routes.connect(connectEvent(connection, headers)));
    const chosen = result?.headers?.['Sec-WebSocket-Protocol'];
    // A browser fails a connection whose server chooses none of the protocols that it offered.
    return result?.statusCode === 200 && (chosen === undefined ? protocols.length === 0 : protocols.includes(chosen));
  }

  private link(socket: SimulatedSocket): Link {
    this.opened += 1;
    const connection = { id: `connection${this.opened}=`, connectedAt: this.time.now() };
    return { connection, socket, state: 'opening', dead: false, heardAt: 0, clientAt: 0, serverAt: 0 };
  }

  private push(link: Link, text: string): void {
    if (this.faults.strikes('a push is lost')) {
      return;
    }
    if (this.faults.strikes('a push comes twice')) {
      this.send(link, text);
    }
    if (this.faults.strikes('a push comes late')) {
      this.time.setTimeout(() => this.send(link, text), 5000 * this.time.random());
    } else {
      this.send(link, text);
    }
  }

  /** To the client. What is sent on one socket arrives in that order. */
  private send(link: Link, text: string): void {
    if (this.faults.strikes('a socket breaks')) {
      this.cut(link);
    } else if (this.faults.strikes('a socket is dead and nobody knows')) {
      link.dead = true;
    }
    link.clientAt = Math.max(link.clientAt, this.time.now() + this.latency());
    this.time.setTimeout(() => link.dead || link.socket.received(text), link.clientAt - this.time.now());
  }

  /** From the client. */
  private receive(link: Link, text: string): void {
    link.serverAt = Math.max(link.serverAt, this.time.now() + this.latency());
    this.time.setTimeout(async () => {
      if (link.dead || link.state !== 'open' || this.faults.strikes('a frame of a client is lost')) {
        return;
      }
      link.heardAt = this.time.now();
      const outcome = await this.routes.message(messageEvent(link.connection, text));
      const body = outcome === 'ended' || 'error' in outcome ? FAILED : outcome.value.body;
      if (body !== undefined) {
        this.send(link, body);
      }
    }, link.serverAt - this.time.now());
  }

  /** The client has closed it. */
  private closing(link: Link): void {
    this.time.setTimeout(() => link.dead || this.cut(link), this.latency());
  }

  private cut(link: Link): void {
    if (link.state === 'closed') {
      return;
    }
    link.state = 'closed';
    this.links.delete(link.connection.id);
    this.time.setTimeout(() => link.dead || link.socket.ended(), this.latency());
    if (!this.faults.strikes('$disconnect is never called')) {
      this.time.setTimeout(() => void this.routes.disconnect(disconnectEvent(link.connection)), this.latency());
    }
  }

  private watch(link: Link): void {
    const left = link.heardAt + IDLE - this.time.now();
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
