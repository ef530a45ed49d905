import type { Json } from '../../client';
import type { Principal } from '../../lambda/realtime/principal';
import { type ClientFrame, PROTOCOL, type ServerFrame } from '../../client/protocol';
import type { SimulatedSocket } from './socket';
import type { World } from './world';

/** Milliseconds to wait for an answer. */
const TIMEOUT = 10_000;

/** Publishes over a socket, without the client: one frame at a time, which is repeated until it is answered. */
export class Speaker {
  private socket: SimulatedSocket | undefined;
  private readonly answers = new Map<string, (frame: ServerFrame) => void>();
  private count = 0;

  constructor(
    private readonly world: World,
    private readonly principal: Pick<Principal, 'tenant' | 'subject'>,
    private readonly topics: readonly string[],
  ) {}

  /** Publishes a number of messages until a time in milliseconds since 1970. */
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
    world.record({ type: 'published', by, topic: key, id, data });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const frame = await this.request({ action: 'publish', topic, id, data });
      if (frame?.type === 'published') {
        const { type: _, ref, ...answer } = frame;
        world.record({ type: 'acknowledged', by, data, answer: { ...answer, topic: key } });
        return;
      }
      if (frame?.type === 'error' && frame.retryAfter === undefined && !CLOSED.includes(frame.code)) {
        world.record({ type: 'refused', by, topic: key, id, data, code: frame.code });
        return;
      }
      await world.time.wait(1000);
    }
  }

  /** @returns undefined if there is no answer in time. The next request then uses a new socket. */
  private async request(frame: ClientFrame): Promise<ServerFrame | undefined> {
    this.socket ??= await this.open();
    const ref = this.world.newId();
    const answer = await this.within<ServerFrame>((resolve) => {
      this.answers.set(ref, resolve);
      this.socket?.send(JSON.stringify({ ...frame, ref }));
    });
    if (!answer || (answer.type === 'error' && CLOSED.includes(answer.code))) {
      this.socket?.close();
      this.socket = undefined;
    }
    return answer;
  }

  private async open(): Promise<SimulatedSocket | undefined> {
    const Socket = this.world.entry.sockets(() => undefined);
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
      this.world.time.setTimeout(() => resolve(undefined), TIMEOUT);
      begin(resolve);
    });
  }
}

/** Error codes of a connection that has ended. */
const CLOSED: readonly string[] = ['not_connected', 'unauthorized'];
