import type { ClientOptions, Position } from '../../client';
import type { Principal } from '../../lambda/realtime/principal';
import { type Json, START } from '../../client/protocol';
import type { SimulatedClient, World } from './world';

const MINUTE = 60_000;

/** Share of subscriptions that start before the first message of the topic. */
const FROM_START = 0.1;

/** Share of subscriptions during which a message is published. */
const NEARBY = 0.2;

/** Milliseconds of a subscription, from the frame to the answer: of most, and of one with a slow request. */
const [SUBSCRIBING, SLOWLY] = [200, 3000];

/** Subscribes to topics with a client, leaves in different ways after a while, and later resumes at its last positions. */
export class Subscriber {
  private readonly positions = new Map<string, Position>();
  private simulated: SimulatedClient | undefined;
  private subscriptions: { topic: string; reader: string; position: () => Position | undefined; end: () => void }[] =
    [];
  private visits = 0;

  constructor(
    private readonly world: World,
    readonly principal: Pick<Principal, 'tenant' | 'subject'>,
    private readonly topics: readonly string[],
    private readonly options: Partial<ClientOptions>,
  ) {}

  /** Subscribes and leaves until a time in milliseconds since 1970, and then stays subscribed. */
  async live(until: number): Promise<void> {
    const { time, random } = this.world;
    await time.waitUntil(until, random.next() * MINUTE);
    while (time.now() < until) {
      this.join();
      await time.waitUntil(until, random.next() ** 2 * 20 * MINUTE);
      if (time.now() < until) {
        this.leave();
        await time.waitUntil(until, random.next() ** 3 * 40 * MINUTE);
      }
    }
    this.join();
  }

  /** Ends one subscription, or all of them with the client, whose connection may disappear without being closed. */
  leave(): void {
    const { random, entry } = this.world;
    const [first] = this.subscriptions;
    if (first && random.next() < 0.3) {
      this.end(first);
      return;
    }
    if (random.next() < 0.5) {
      for (const socket of this.simulated?.sockets ?? []) {
        entry.lose(socket);
      }
    }
    this.stop();
  }

  /** Ends all subscriptions and closes the client. */
  stop(): void {
    for (const subscription of [...this.subscriptions]) {
      this.end(subscription);
    }
    this.simulated?.client.close();
    this.simulated = undefined;
  }

  private join(): void {
    this.simulated ??= this.createClient();
    const subscribed = new Set(this.subscriptions.map(({ topic }) => topic));
    for (const topic of this.topics.filter((each) => !subscribed.has(each))) {
      this.subscribe(this.simulated, topic);
    }
  }

  private createClient(): SimulatedClient {
    const simulated = this.world.client(this.principal, this.options);
    simulated.client.on('error', () => undefined);
    let before = '';
    simulated.client.on('connection', ({ status }) => {
      const opened = status === 'open' && before !== status;
      before = status;
      if (opened) {
        for (const { topic } of this.subscriptions) {
          this.publishNearby(topic);
        }
      }
    });
    simulated.client.on('recovered', ({ topic, recovered, epoch, sequence }) => {
      const reader = this.subscriptions.find((each) => each.topic === topic)?.reader;
      if (reader) {
        this.world.record({ type: 'recovered', reader, recovered, position: { epoch, sequence } });
      }
    });
    return simulated;
  }

  private subscribe({ client }: SimulatedClient, topic: string): void {
    const { world } = this;
    this.visits += 1;
    const reader = `${this.principal.subject}.${this.visits}`;
    const after = world.random.next() < FROM_START ? START : this.positions.get(topic);
    const key = world.keyOf(this.principal, topic);
    world.record({ type: 'subscribed', reader, topic: key, after });
    if (client.connection.status === 'open') {
      this.publishNearby(topic);
    }
    const subscription = client.subscribe(
      topic,
      (message) =>
        world.record({
          type: 'handled',
          reader,
          message: { ...message, data: message.data as Json, topic: world.keyOf(this.principal, message.topic) },
        }),
      { after },
    );
    subscription.ready.then(
      // Messages that had been pushed before are handled by now.
      (position) => world.record({ type: 'ready', reader, position: subscription.position ?? position }),
      () => undefined,
    );
    this.subscriptions.push({
      topic,
      reader,
      position: () => subscription.position,
      end: subscription.unsubscribe,
    });
  }

  /** Publishes in some cases while the function writes a subscription that starts now. */
  private publishNearby(topic: string): void {
    const { time, random, append } = this.world;
    if (random.next() < NEARBY) {
      time.setTimeout(
        () => void append(this.world.keyOf(this.principal, topic)),
        random.next() * (random.next() < 0.5 ? SUBSCRIBING : SLOWLY),
      );
    }
  }

  private end(subscription: Subscriber['subscriptions'][number]): void {
    const { topic, reader, position, end } = subscription;
    const last = position();
    if (last) {
      this.positions.set(topic, last);
    }
    end();
    this.subscriptions = this.subscriptions.filter((each) => each !== subscription);
    this.world.record({ type: 'left', reader });
  }
}
