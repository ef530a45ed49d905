import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { open, publish, pushedIn, type SocketServer, subscribe } from './client';
import { Pace } from './pace';

/** Handshakes under way at once, at most. */
const HANDSHAKES = 8;

/** Milliseconds after which a message that has not reached every socket is lost. */
const PATIENCE = 30_000;

/** The most that a storm asks for. A server that is slower gets less: one message is under way at a time. */
export interface Bounds {
  readonly seconds: number;
  readonly broadcastsPerSecond: number;
  readonly connectsPerSecond: number;
}

/** What there was of a storm. */
export interface Weather {
  /** Messages that reached every socket. */
  readonly broadcasts: number;
  /** Sockets that were opened, and closed again. */
  readonly connects: number;
  /** Until the last message had arrived. */
  readonly seconds: number;
}

/** Sockets that are subscribed to one topic, and what can be done to their server with them and more of them. */
export class Storm {
  /** Takes what a socket received. */
  private received: (frame: string, socket: WebSocket) => void = () => undefined;
  private published = 0;

  private constructor(
    private readonly server: SocketServer,
    private readonly sockets: readonly WebSocket[],
  ) {
    for (const socket of sockets) {
      socket.on('message', (frame) => this.received(frame.toString(), socket));
    }
  }

  static async gather(server: SocketServer, count: number): Promise<Storm> {
    const sockets: WebSocket[] = [];
    let missing = count;
    const worker = async () => {
      while (missing > 0) {
        missing -= 1;
        const socket = await open(server);
        await subscribe(socket);
        sockets.push(socket);
      }
    };
    await Promise.all(Array.from({ length: HANDSHAKES }, worker));
    return new Storm(server, sockets);
  }

  /** Resolves when nothing of it is left on its way. */
  async rage({ seconds, broadcastsPerSecond, connectsPerSecond }: Bounds): Promise<Weather> {
    const start = performance.now();
    const end = start + seconds * 1000;
    const connecting = new Pace(connectsPerSecond);
    const [broadcasts, ...connects] = await Promise.all([
      repeatUntil(end, new Pace(broadcastsPerSecond), () => this.broadcast()),
      ...Array.from({ length: HANDSHAKES }, () => repeatUntil(end, connecting, () => this.visit())),
    ]);
    return {
      broadcasts,
      connects: connects.reduce((sum, count) => sum + count, 0),
      seconds: (performance.now() - start) / 1000,
    };
  }

  /** Publishes. Resolves when the message has reached every socket; rejects if it is refused, or does not. */
  private async broadcast(): Promise<void> {
    this.published += 1;
    const id = `storm-${process.pid}-${this.published}`;
    const [publisher] = this.sockets;
    const waiting = new Set(this.sockets);
    let lost: NodeJS.Timeout | undefined;
    const everywhere = new Promise<void>((resolve, reject) => {
      this.received = (frame, socket) => {
        try {
          if (pushedIn(frame).includes(id) && waiting.delete(socket) && waiting.size === 0) {
            resolve();
          }
        } catch (refusal) {
          reject(refusal);
        }
      };
      lost = setTimeout(
        () => reject(new Error(`After ${PATIENCE / 1000} s a message was missing at ${waiting.size} sockets`)),
        PATIENCE,
      );
    });
    publish(publisher as WebSocket, id);
    await everywhere.finally(() => clearTimeout(lost));
  }

  /** Comes and goes. */
  private async visit(): Promise<void> {
    const socket = await open(this.server);
    socket.close();
    await once(socket, 'close');
  }
}

/** @returns how often the work was done. */
async function repeatUntil(end: number, pace: Pace, work: () => Promise<void>): Promise<number> {
  for (let count = 0; ; count += 1) {
    const next = pace.next(performance.now());
    if (next >= end) {
      return count;
    }
    await pause(next - performance.now());
    await work();
  }
}
