import type { Json } from '../../client';
import type { Principal } from '../../lambda/realtime/principal';
import { type ClientFrame, PROTOCOL, type ServerFrame } from '../../lambda/realtime/protocol';
import type { SimulatedSocket } from './socket';
import type { World } from './world';

/** Milliseconds to wait for an answer. */
const PATIENCE = 10_000;

/** Somebody who publishes over the socket, and without the client: one frame after another, each until it is answered. */
export class Speaker {
  private socket: SimulatedSocket | undefined;
  private readonly answers = new Map<string, (frame: ServerFrame) => void>();
  private count = 0;

  constructor(
    private readonly world: World,
    private readonly principal: Pick<Principal, 'tenant' | 'subject'>,
    private readonly topics: readonly string[],
  ) {}

  /** Publishes so many times, until the time in milliseconds since 1970. */
  async live(until: number, publishes: number): Promise<void> {
    const { time, random } = this.world;
    const pause = (until - time.now()) / publishes;
    for (let left = publishes; left > 0; left -= 1) {
      await time.waitUntil(until, 3 * random.next() ** 2 * pause);
      this.count += 1;
      const id = `${this.principal.subject}-${this.count}`;
      await this.publish({ topic: this.topics[random.below(this.topics.length)] as string, id, data: id });
    }
    this.socket?.close();
  }

  private async publish({ topic, id, data }: { topic: string; id: string; data: Json }): Promise<void> {
    const { world } = this;
    const by = this.principal.subject;
    const key = world.keyOf(this.principal, topic);
    world.happens({ type: 'published', by, topic: key, id, data });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const frame = await this.ask({ action: 'publish', topic, id, data });
      if (frame?.type === 'published') {
        const { type: _, ref, ...answer } = frame;
        world.happens({ type: 'acknowledged', by, data, answer: { ...answer, topic: key } });
        return;
      }
      if (frame?.type === 'error' && frame.retryAfter === undefined && !PASSING.includes(frame.code)) {
        world.happens({ type: 'refused', by, topic: key, id, data, code: frame.code });
        return;
      }
      await world.time.wait(1000);
    }
  }

  /** @returns nothing if there is no answer in time: then the next question has another socket. */
  private async ask(frame: ClientFrame): Promise<ServerFrame | undefined> {
    this.socket ??= await this.open();
    const ref = this.world.newId();
    const answer = await this.within<ServerFrame>((resolve) => {
      this.answers.set(ref, resolve);
      this.socket?.send(JSON.stringify({ ...frame, ref }));
    });
    if (!answer || (answer.type === 'error' && PASSING.includes(answer.code))) {
      this.socket?.close();
      this.socket = undefined;
    }
    return answer;
  }

  private async open(): Promise<SimulatedSocket | undefined> {
    const Socket = this.world.gateway.sockets(() => undefined);
    const ticket = await this.world.ticketFor(this.principal);
    const socket = new Socket('wss://ws.example.com', ticket ? [PROTOCOL, `ticket.${ticket}`] : [PROTOCOL]);
    socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(String(data)) as ServerFrame;
      if ('ref' in frame) {
        this.answers.get(frame.ref ?? '')?.(frame);
      }
    });
    return this.within<SimulatedSocket>((resolve) => socket.addEventListener('open', () => resolve(socket)));
  }

  private within<T>(begin: (resolve: (value: T) => void) => void): Promise<T | undefined> {
    return new Promise((resolve) => {
      this.world.time.setTimeout(() => resolve(undefined), PATIENCE);
      begin(resolve);
    });
  }
}

/** Of a connection that has come to its end. */
const PASSING: readonly string[] = ['not_connected', 'unauthorized'];
