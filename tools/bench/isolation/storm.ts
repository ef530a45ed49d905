import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { open as openSocket, publish, pushedIn, type SocketServer, subscribe } from './client';
import { Pace } from './pace';

/** Maximum number of concurrent handshakes. */
const HANDSHAKES = 8;

/** Milliseconds after which a message that has not arrived at every socket counts as lost. */
const BROADCAST_TIMEOUT = 30_000;

/** Maximum rates of a storm. A slower server gets fewer messages, because only one message is in flight at a time. */
export interface Bounds {
  readonly seconds: number;
  readonly broadcastsPerSecond: number;
  readonly connectsPerSecond: number;
}

/** Work done in a storm. */
export interface StormResult {
  /** Number of messages that arrived at every socket. */
  readonly broadcasts: number;
  /** Number of sockets that were opened and closed. */
  readonly connects: number;
  /** Duration until the last message arrived. */
  readonly seconds: number;
}

/** Sockets that are subscribed to one topic, for storms on their server. */
export class Storm {
  /** Handles a frame that a socket received. */
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

  /** Opens and subscribes the sockets. */
  static async open(server: SocketServer, count: number): Promise<Storm> {
    const sockets: WebSocket[] = [];
    let missing = count;
    const worker = async () => {
      while (missing > 0) {
        missing -= 1;
        const socket = await openSocket(server);
        await subscribe(socket);
        sockets.push(socket);
      }
    };
    await Promise.all(Array.from({ length: HANDSHAKES }, worker));
    return new Storm(server, sockets);
  }

  /** Runs a storm. Resolves when no message or handshake is in flight. */
  async run({ seconds, broadcastsPerSecond, connectsPerSecond }: Bounds): Promise<StormResult> {
    const start = performance.now();
    const end = start + seconds * 1000;
    const connecting = new Pace(connectsPerSecond);
    const [broadcasts, ...connects] = await Promise.all([
      repeatUntil(end, new Pace(broadcastsPerSecond), () => this.broadcast()),
      ...Array.from({ length: HANDSHAKES }, () => repeatUntil(end, connecting, () => this.openAndClose())),
    ]);
    return {
      broadcasts,
      connects: connects.reduce((sum, count) => sum + count, 0),
      seconds: (performance.now() - start) / 1000,
    };
  }

  /** Publishes a message. Resolves when it has arrived at every socket. Rejects if it is rejected or lost. */
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
        } catch (error) {
          reject(error);
        }
      };
      lost = setTimeout(
        () =>
          reject(new Error(`A message did not arrive at ${waiting.size} sockets within ${BROADCAST_TIMEOUT / 1000} s`)),
        BROADCAST_TIMEOUT,
      );
    });
    publish(publisher as WebSocket, id);
    await everywhere.finally(() => clearTimeout(lost));
  }

  /** Opens and closes one socket. */
  private async openAndClose(): Promise<void> {
    const socket = await openSocket(this.server);
    socket.close();
    await once(socket, 'close');
  }
}

/** @returns the number of times that the work was done */
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
