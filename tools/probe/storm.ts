import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { SocketHandshake } from './measurements';
import type { Place } from './place';
import { type Opening, openSocket } from './web-socket';

/** How long sockets may take to open, in milliseconds. A server whose workers are all taken never opens the rest. */
const PATIENCE = 2_000;

/** What goes over the sockets, and the most of it. */
export interface Storm {
  /** What every socket sends once, before the storm. */
  readonly greeting?: string;
  /** What the storm is made of. */
  readonly frame: string;
  /** Frames a second, of all sockets together. */
  readonly messages: number;
  readonly seconds: number;
}

/** Sockets that are open at the same time, and what goes over them. */
export class Sockets {
  readonly frames = { sent: 0, received: 0 };
  readonly handshakes: SocketHandshake[] = [];
  private readonly all: WebSocket[] = [];
  private readonly open: WebSocket[] = [];
  private closed = false;

  private constructor(readonly asked: number) {}

  /** Opens them all at once. Resolves when all are open, or after {@link PATIENCE} with those that are. */
  static async open(count: number, place: Place, opening: Opening): Promise<Sockets> {
    const sockets = new Sockets(count);
    const attempts = Array.from({ length: count }, () => sockets.add(place, opening));
    await Promise.race([
      Promise.allSettled(attempts),
      sleep(PATIENCE, undefined, { signal: place.signal, ref: false }),
    ]);
    return sockets;
  }

  get opened(): number {
    return this.open.length;
  }

  /** Sends the greeting on every socket, then the storm's frames on one after the other. */
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

  /** Closes them at once, and gives up those that are not open yet. */
  close(): void {
    this.closed = true;
    for (const socket of this.all) {
      socket.terminate();
    }
  }

  private async add(place: Place, opening: Opening): Promise<void> {
    const { socket, handshake } = await openSocket(place, opening, (begun) => {
      this.all.push(begun);
      if (this.closed) {
        begun.terminate();
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
