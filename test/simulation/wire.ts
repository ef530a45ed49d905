import type { SimulatedSocket } from './socket';
import type { Time } from './time';

/** Network between the socket of a client and its server. Frames arrive in order, in each direction. */
export class Wire {
  /** No data arrives any more in either direction, and neither side notices. */
  dead = false;
  /** Times at which the last frame to the client, and to the server, arrives. The next one does not arrive earlier. */
  private clientAt = 0;
  private serverAt = 0;

  constructor(
    private readonly time: Time,
    readonly socket: SimulatedSocket,
  ) {}

  /** Carries the server's acceptance to the client. */
  opens(peer: Parameters<SimulatedSocket['opened']>[0]): void {
    this.inOrder(() => this.socket.opened(peer));
  }

  /** Carries a frame to the client. */
  toClient(text: string): void {
    this.inOrder(() => this.socket.received(text));
  }

  /** Carries a frame of the client. @param arrive is called also if the network is dead */
  toServer(arrive: () => void): void {
    this.serverAt = Math.max(this.serverAt, this.time.now() + this.latency());
    this.time.setTimeout(arrive, this.serverAt - this.time.now());
  }

  /** Carries the end of the connection to the client, after all frames. */
  ends(): void {
    this.inOrder(() => this.socket.ended());
  }

  /** Breaks the connection: frames on their way arrive or not. */
  breaks(): void {
    this.time.setTimeout(() => this.dead || this.socket.ended(), this.latency());
  }

  /** @returns milliseconds from one side to the other */
  latency(): number {
    return 1 + 30 * this.time.random();
  }

  private inOrder(arrive: () => void): void {
    this.clientAt = Math.max(this.clientAt, this.time.now() + this.latency());
    this.time.setTimeout(() => this.dead || arrive(), this.clientAt - this.time.now());
  }
}
