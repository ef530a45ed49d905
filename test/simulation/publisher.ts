import { type Json, TwinlaneError } from '../../client';
import type { Principal } from '../../lambda/realtime/principal';
import type { SimulatedClient, World } from './world';

/**
 * Publishes with a client: single messages and bursts, retries with the same id, and ids that are already in use, also by
 * another message of the same burst. A burst meets in two tasks, which commit the messages of a topic together.
 */
export class Publisher {
  private readonly simulated: SimulatedClient;
  private readonly earlier: { topic: string; id: string; data: Json }[] = [];
  private count = 0;

  constructor(
    private readonly world: World,
    private readonly principal: Pick<Principal, 'tenant' | 'subject'>,
    private readonly topics: readonly string[],
  ) {
    this.simulated = world.client(principal, { publishWithin: 10_000 });
  }

  /** Publishes a number of messages until a time in milliseconds since 1970. */
  async live(until: number, publishes: number): Promise<void> {
    const { time, random } = this.world;
    const pause = (until - time.now()) / publishes;
    for (let left = publishes; left > 0;) {
      await time.waitUntil(until, 3 * random.next() ** 2 * pause);
      const together = random.next() < 0.2 ? Math.min(left, 2 + random.below(10)) : 1;
      const topics = random.next() < 0.5 ? [this.topic()] : this.topics;
      if (together > 1) {
        topics.forEach((topic) => this.world.burst(this.world.keyOf(this.principal, topic)));
      }
      await Promise.all(Array.from({ length: together }, () => this.one(topics)));
      left -= together;
    }
    this.simulated.client.close();
  }

  /** Publishes one more message to each topic. */
  async last(): Promise<void> {
    await Promise.all(this.topics.map((topic) => this.publish({ topic, id: this.world.newId(), data: 'last' })));
    this.simulated.client.close();
  }

  private one(topics: readonly string[]): Promise<void> {
    const { random } = this.world;
    const isLatest = random.next() < 0.5;
    const earlier = isLatest ? this.earlier.at(-1) : this.earlier[random.below(this.earlier.length)];
    if (earlier && random.next() < 0.1) {
      // A repeat, or an id that is already in use with other data.
      return this.publish(random.next() < 0.5 ? earlier : { ...earlier, data: `not ${earlier.data}` });
    }
    this.count += 1;
    const topic = topics[random.below(topics.length)] as string;
    const data = `${this.principal.subject} ${this.count}${random.next() < 0.05 ? ' '.repeat(random.below(20_000)) : ''}${this.count % 10 === 0 ? '\uFFFE\uFFFF' : ''}`;
    const publication = { topic, id: `${this.principal.subject}-${this.count}`, data };
    this.earlier.push(publication);
    return this.publish(publication);
  }

  private topic(): string {
    return this.topics[this.world.random.below(this.topics.length)] as string;
  }

  private async publish({ topic, id, data }: { topic: string; id: string; data: Json }, attempt = 1): Promise<void> {
    const { world } = this;
    const by = this.principal.subject;
    const key = world.keyOf(this.principal, topic);
    world.record({ type: 'published', by, topic: key, id, data });
    try {
      const answer = await this.simulated.client.publish(topic, data, { id });
      world.record({ type: 'acknowledged', by, data, answer: { ...answer, topic: key } });
    } catch (error) {
      if (!(error instanceof TwinlaneError)) {
        throw error;
      }
      world.record({ type: 'refused', by, topic: key, id, data, code: error.code });
      if (error.retryable && attempt < 3) {
        await this.publish({ topic, id, data }, attempt + 1);
      }
    }
  }
}
