import type { Connection, Gate, Outbox } from '../../lambda/realtime/ports';
import type { Faults } from './faults';
import type { Process } from './process';
import { SimulatedSocket } from './socket';
import type { Time } from './time';

/** What the routes do. Their functions may end. */
export interface Routes {
  /** @returns whether the connection may open. @param protocols that the client offers */
  connect(connection: Connection, protocols: string[]): Promise<boolean>;
  /** @returns the frame to answer with. */
  message(connection: Connection, text: string): Promise<string>;
  disconnect(connection: Connection): Promise<void>;
}

/** API Gateway ends a connection after 2 hours, and one that has sent nothing for 10 minutes. In milliseconds. */
const [LIFETIME, IDLE] = [7_200_000, 600_000];

interface Link {
  connection: Connection;
  socket: SimulatedSocket;
  state: 'opening' | 'open' | 'closed';
  /** Nothing arrives any more, on either side, and neither knows. */
  dead: boolean;
  heardAt: number;
  /** When the last frame arrives that was sent there: the next comes after it. */
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

  /** `@connections` as a process sees it. */
  seenBy(process: Process): Outbox & Gate {
    return {
      post: (id, text) => process.ask(() => this.post(id, text)),
      close: (id) => process.ask(() => this.close(id)),
    };
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
    const refused =
      this.faults.strikes('a handshake is refused') || !(await this.routes.connect(link.connection, protocols));
    await this.time.wait(this.latency());
    if (refused) {
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

  private link(socket: SimulatedSocket): Link {
    this.opened += 1;
    const connection = { id: `connection${this.opened}=`, connectedAt: this.time.now() };
    return { connection, socket, state: 'opening', dead: false, heardAt: 0, clientAt: 0, serverAt: 0 };
  }

  private post(id: string, text: string): 'sent' | 'gone' | 'busy' {
    const link = this.links.get(id);
    if (this.faults.strikes('a post is answered 429')) {
      return 'busy';
    }
    if (link?.state !== 'open' || this.faults.strikes('a post is answered 410 while the socket is open')) {
      return 'gone';
    }
    this.push(link, text);
    return this.faults.strikes('a post arrives, and its answer is lost') ? 'busy' : 'sent';
  }

  private close(id: string): 'closed' | 'busy' {
    const link = this.links.get(id);
    if (this.faults.strikes('a post is answered 429')) {
      return 'busy';
    }
    if (link) {
      this.cut(link);
    }
    return 'closed';
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
      this.send(link, await this.routes.message(link.connection, text));
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
      this.time.setTimeout(() => void this.routes.disconnect(link.connection), this.latency());
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
