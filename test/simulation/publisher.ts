import { type Json, TwinlaneError } from '../../client';
import type { Principal } from '../../lambda/realtime/principal';
import type { Person, World } from './world';

/** Somebody who publishes: alone and in bursts, again with the same id when it failed, and with an id that is taken. */
export class Publisher {
  private readonly person: Person;
  private readonly earlier: { topic: string; id: string; data: Json }[] = [];
  private count = 0;

  constructor(
    private readonly world: World,
    private readonly principal: Pick<Principal, 'tenant' | 'subject'>,
    private readonly topics: readonly string[],
  ) {
    this.person = world.person(principal, { publishWithin: 10_000 });
  }

  /** Publishes so many times, until the time in milliseconds since 1970. */
  async live(until: number, publishes: number): Promise<void> {
    const { time, random } = this.world;
    const pause = (until - time.now()) / publishes;
    for (let left = publishes; left > 0;) {
      await time.waitUntil(until, 3 * random.next() ** 2 * pause);
      const together = random.next() < 0.2 ? Math.min(left, 2 + random.below(10)) : 1;
      await Promise.all(Array.from({ length: together }, () => this.one()));
      left -= together;
    }
    this.person.client.close();
  }

  /** One more message for each topic. */
  async last(): Promise<void> {
    await Promise.all(this.topics.map((topic) => this.publish({ topic, id: this.world.newId(), data: 'last' })));
    this.person.client.close();
  }

  private one(): Promise<void> {
    const { random } = this.world;
    const earlier = this.earlier[random.below(this.earlier.length)];
    if (earlier && random.next() < 0.1) {
      // The same once more, or other data under an id that is taken.
      return this.publish(random.next() < 0.5 ? earlier : { ...earlier, data: `not ${earlier.data}` });
    }
    this.count += 1;
    const topic = this.topics[random.below(this.topics.length)] as string;
    const data = `${this.principal.subject} ${this.count}${random.next() < 0.05 ? ' '.repeat(random.below(20_000)) : ''}`;
    const publication = { topic, id: `${this.principal.subject}-${this.count}`, data };
    this.earlier.push(publication);
    return this.publish(publication);
  }

  private async publish({ topic, id, data }: { topic: string; id: string; data: Json }, attempt = 1): Promise<void> {
    const { world } = this;
    const by = this.principal.subject;
    const key = world.keyOf(this.principal, topic);
    world.happens({ type: 'published', by, topic: key, id, data });
    try {
      const answer = await this.person.client.publish(topic, data, { id });
      world.happens({ type: 'acknowledged', by, data, answer: { ...answer, topic: key } });
    } catch (error) {
      if (!(error instanceof TwinlaneError)) {
        throw error;
      }
      world.happens({ type: 'refused', by, topic: key, id, data, code: error.code });
      if (error.transient && attempt < 3) {
        await this.publish({ topic, id, data }, attempt + 1);
      }
    }
  }
}
