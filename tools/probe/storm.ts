import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { SocketHandshake } from './measurements';
import type { Endpoint } from './endpoint';
import { type Opening, openSocket } from './web-socket';

/** Timeout for opening all sockets, in milliseconds. A server without a free worker never opens the rest. */
const OPENING_TIMEOUT = 2_000;

/** The frames that the sockets send, and their rate. */
export interface Storm {
  /** First frame of every socket, before the storm. */
  readonly greeting?: string;
  /** Frame that the sockets send during the storm. */
  readonly frame: string;
  /** Frames a second, of all sockets together. */
  readonly messages: number;
  readonly seconds: number;
}

/** Sockets that are open at the same time, and their traffic. */
export class Sockets {
  readonly frames = { sent: 0, received: 0 };
  readonly handshakes: SocketHandshake[] = [];
  private readonly all: WebSocket[] = [];
  private readonly open: WebSocket[] = [];
  private closed = false;

  private constructor(readonly requested: number) {}

  /** Opens all sockets concurrently. Resolves when all are open, or after {@link OPENING_TIMEOUT} with those that are. */
  static async open(count: number, endpoint: Endpoint, opening: Opening): Promise<Sockets> {
    const sockets = new Sockets(count);
    const attempts = Array.from({ length: count }, () => sockets.add(endpoint, opening));
    await Promise.race([
      Promise.allSettled(attempts),
      sleep(OPENING_TIMEOUT, undefined, { signal: endpoint.signal, ref: false }),
    ]);
    return sockets;
  }

  get opened(): number {
    return this.open.length;
  }

  /** Sends the greeting on every socket, then the storm's frames on the sockets in turn. */
  async send({ greeting, frame, messages, seconds }: Storm, signal: AbortSignal): Promise<void> {
    if (greeting !== undefined) {
      for (const socket of this.open) {
        this.sendOn(socket, greeting);
      }
    }
    const start = performance.now();
    for (let sent = 0; sent < messages * seconds; sent++) {
      await sleep(Math.max(0, start + (sent * 1000) / messages - performance.now()), undefined, { signal });
      const socket = this.open[sent % this.open.length];
      if (socket) {
        this.sendOn(socket, frame);
      }
    }
  }

  /** Closes all sockets immediately, including those that are still opening. */
  close(): void {
    this.closed = true;
    for (const socket of this.all) {
      socket.terminate();
    }
  }

  private async add(endpoint: Endpoint, opening: Opening): Promise<void> {
    const { socket, handshake } = await openSocket(endpoint, opening, (started) => {
      this.all.push(started);
      if (this.closed) {
        started.terminate();
      }
    });
    socket.on('message', () => {
      this.frames.received++;
    });
    this.open.push(socket);
    this.handshakes.push(handshake);
  }

  private sendOn(socket: WebSocket, frame: string): void {
    if (socket.readyState === socket.OPEN) {
      socket.send(frame);
      this.frames.sent++;
    }
  }
}
