import type { ClientOptions, Position } from '../../client';
import type { Principal } from '../../lambda/realtime/principal';
import type { Person, World } from './world';

const MINUTE = 60_000;

/** Somebody who listens to topics: comes, stays for a while, leaves in one of many ways, and comes again where it left off. */
export class Subscriber {
  private readonly positions = new Map<string, Position>();
  private person: Person | undefined;
  private subscriptions: { topic: string; reader: string; position: () => Position | undefined; end: () => void }[] =
    [];
  private visits = 0;

  constructor(
    private readonly world: World,
    readonly principal: Pick<Principal, 'tenant' | 'subject'>,
    private readonly topics: readonly string[],
    private readonly options: Partial<ClientOptions>,
  ) {}

  /** Until the time, in milliseconds since 1970. */
  async live(until: number): Promise<void> {
    const { time, random } = this.world;
    await time.waitUntil(until, random.next() * MINUTE);
    while (time.now() < until) {
      this.come();
      await time.waitUntil(until, random.next() ** 2 * 20 * MINUTE);
      if (time.now() < until) {
        this.leave();
        await time.waitUntil(until, random.next() ** 3 * 40 * MINUTE);
      }
    }
    this.come();
  }

  /** For good. */
  leave(): void {
    const { random, gateway } = this.world;
    const [first] = this.subscriptions;
    if (first && random.next() < 0.3) {
      this.end(first);
      return;
    }
    if (random.next() < 0.5) {
      for (const socket of this.person?.sockets ?? []) {
        gateway.lose(socket);
      }
    }
    for (const subscription of [...this.subscriptions]) {
      this.end(subscription);
    }
    this.person?.client.close();
    this.person = undefined;
  }

  private come(): void {
    this.person ??= this.arrive();
    const there = new Set(this.subscriptions.map(({ topic }) => topic));
    for (const topic of this.topics.filter((each) => !there.has(each))) {
      this.subscribe(this.person, topic);
    }
  }

  private arrive(): Person {
    const person = this.world.person(this.principal, this.options);
    person.client.on('error', () => undefined);
    person.client.on('recovered', ({ topic, recovered, epoch, sequence }) => {
      const reader = this.subscriptions.find((each) => each.topic === topic)?.reader;
      if (reader) {
        this.world.happens({ type: 'recovered', reader, recovered, position: { epoch, sequence } });
      }
    });
    return person;
  }

  private subscribe({ client }: Person, topic: string): void {
    const { world } = this;
    this.visits += 1;
    const reader = `${this.principal.subject}.${this.visits}`;
    const after = this.positions.get(topic);
    const key = world.keyOf(this.principal, topic);
    world.happens({ type: 'subscribed', reader, topic: key, after });
    const subscription = client.subscribe(
      topic,
      (message) =>
        world.happens({
          type: 'handled',
          reader,
          message: { ...message, topic: world.keyOf(this.principal, message.topic) },
        }),
      { after },
    );
    void subscription.ready.then(() => {
      const { position } = subscription;
      if (position) {
        world.happens({ type: 'ready', reader, position });
      }
    });
    this.subscriptions.push({
      topic,
      reader,
      position: () => subscription.position,
      end: subscription.unsubscribe,
    });
  }

  private end(subscription: Subscriber['subscriptions'][number]): void {
    const { topic, reader, position, end } = subscription;
    const last = position();
    if (last) {
      this.positions.set(topic, last);
    }
    end();
    this.subscriptions = this.subscriptions.filter((each) => each !== subscription);
    this.world.happens({ type: 'left', reader });
  }
}
