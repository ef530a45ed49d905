import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { idsIn, newToken, open as openSocket, publish, type SocketServer, subscribe } from './client';
import { Pace } from './pace';

/** Maximum number of concurrent handshakes. */
const HANDSHAKES = 8;

/** Number of subjects that open the additional sockets in turn. More than handshakes, so that none has two sockets. */
const SUBJECTS = 100;

/** Maximum number of messages in flight: enough for 20 a second if a message takes a second, as through a stream on a busy processor. */
const IN_FLIGHT = 20;

/** Milliseconds after which a message that has not arrived at every socket counts as lost. */
const BROADCAST_TIMEOUT = 30_000;

/** Maximum rates of a storm. A slower server gets fewer messages and handshakes, because the number in flight is limited. */
export interface Bounds {
  /** Seconds before the measurement, until messages arrive as fast as they are sent. */
  readonly leadSeconds: number;
  /** Seconds of the measurement. */
  readonly seconds: number;
  readonly broadcastsPerSecond: number;
  readonly connectsPerSecond: number;
}

/** Work done during the measurement. */
export interface StormResult {
  /** Number of arrivals: each message counts once for each socket. */
  readonly arrivals: number;
  /** Number of sockets that were opened and closed. */
  readonly connects: number;
}

/** A message in flight. */
interface InFlight {
  /** Sockets at which it has not arrived. */
  readonly waiting: Set<WebSocket>;
  resolve(): void;
  reject(reason: Error): void;
}

/** Sockets that are subscribed to one topic, for storms on their server. */
export class Storm {
  /** Messages that have not arrived at every socket, by id. */
  private readonly inFlight = new Map<string, InFlight>();
  private readonly prefix = `storm-${process.pid}-`;
  private arrived: () => void = () => undefined;
  private published = 0;
  private opened = 0;

  private constructor(
    private readonly server: SocketServer,
    private readonly sockets: readonly WebSocket[],
    /** Tokens of the subjects of additional sockets. Empty if the server requires none. */
    private readonly tokens: readonly string[],
  ) {
    for (const socket of sockets) {
      socket.on('message', (frame) => this.receive(frame as Buffer, socket));
    }
  }

  /** Opens and subscribes the sockets. Gets tokens before the storm, as clients do that sign in once and connect several times. */
  static async open(server: SocketServer, count: number): Promise<Storm> {
    const sockets: WebSocket[] = [];
    const tokens: string[] = [];
    while (server.tickets && tokens.length < SUBJECTS) {
      tokens.push(await newToken(server.tickets));
    }
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
    return new Storm(server, sockets, tokens);
  }

  /** Runs a storm. Resolves when no message or handshake is in flight. */
  async run({ leadSeconds, seconds, broadcastsPerSecond, connectsPerSecond }: Bounds): Promise<StormResult> {
    const start = performance.now() + leadSeconds * 1000;
    const end = start + seconds * 1000;
    const result = { arrivals: 0, connects: 0 };
    const count = (work: keyof StormResult) => () => {
      const now = performance.now();
      result[work] += now >= start && now < end ? 1 : 0;
    };
    const [connected, publishing, connecting] = [
      count('connects'),
      new Pace(broadcastsPerSecond),
      new Pace(connectsPerSecond),
    ];
    this.arrived = count('arrivals');
    await Promise.all([
      ...Array.from({ length: IN_FLIGHT }, () => repeatUntil(end, publishing, () => this.broadcast())),
      ...Array.from({ length: HANDSHAKES }, () =>
        repeatUntil(end, connecting, () => this.openAndClose().then(connected)),
      ),
    ]);
    return result;
  }

  /** Publishes a message. Resolves when it has arrived at every socket. Rejects if it is rejected or lost. */
  private async broadcast(): Promise<void> {
    this.published += 1;
    const id = `${this.prefix}${this.published}`;
    const waiting = new Set(this.sockets);
    const { promise, resolve, reject } = deferred();
    this.inFlight.set(id, { waiting, resolve, reject });
    const lost = setTimeout(
      () =>
        reject(new Error(`A message did not arrive at ${waiting.size} sockets within ${BROADCAST_TIMEOUT / 1000} s`)),
      BROADCAST_TIMEOUT,
    );
    publish(this.sockets[0] as WebSocket, id);
    try {
      await promise;
    } finally {
      clearTimeout(lost);
      this.inFlight.delete(id);
    }
  }

  /** Handles a frame that a socket received. It can have several messages. */
  private receive(frame: Buffer, socket: WebSocket): void {
    try {
      for (const id of idsIn(frame, this.prefix)) {
        const message = this.inFlight.get(id);
        if (message?.waiting.delete(socket)) {
          this.arrived();
          if (message.waiting.size === 0) {
            message.resolve();
          }
        }
      }
    } catch (error) {
      this.inFlight.forEach(({ reject }) => reject(error as Error));
    }
  }

  /** Opens and closes one socket. */
  private async openAndClose(): Promise<void> {
    const token = this.tokens[this.opened % SUBJECTS];
    this.opened += 1;
    const socket = await openSocket(this.server, token);
    socket.close();
    await once(socket, 'close');
  }
}

async function repeatUntil(end: number, pace: Pace, work: () => Promise<void>): Promise<void> {
  for (;;) {
    const next = pace.next(performance.now());
    if (next >= end) {
      return;
    }
    await pause(next - performance.now());
    await work();
  }
}

function deferred() {
  let resolve: () => void = () => undefined;
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<void>((done, fail) => {
    [resolve, reject] = [done, fail];
  });
  return { promise, resolve, reject };
}
