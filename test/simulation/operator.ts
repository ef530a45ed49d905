import { ShardPlans } from '../../lambda/adapters/shard-plans';
import { type Item, Table } from '../../lambda/adapters/table';
import { CONNECTIONS_PER_READ } from '../../lambda/realtime/ports';
import { FULL_SHARD } from '../../lambda/realtime/sharding';
import { SortKey } from '../../lambda/keys';
import type { Subscriber } from './subscriber';
import { TABLES } from './wiring';
import type { World } from './world';

const MINUTE = 60_000;

/**
 * Maximum milliseconds between the reads of the heads and of the other items by a backup. A backup is not of one moment: "the
 * skew between updates in a backup is usually much less than a second"
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/backuprestore_HowItWorks.html).
 */
const SKEW = 500;

/**
 * Operations on the tables of a run: items expire, topics get more shards, a backup is restored, a subject is logged out,
 * many connections open, and more messages are published at once than fit on a page.
 */
export class Operator {
  private readonly restores: boolean;
  private growths: number;
  private crowds: number;
  private floods: number;
  private backup: Item[] = [];

  /** @param topics topic keys, as in the tables */
  constructor(
    private readonly world: World,
    private readonly topics: readonly string[],
    private readonly subscribers: readonly Subscriber[],
  ) {
    const { random } = world;
    this.restores = random.next() < 0.3;
    this.growths = random.below(3);
    this.crowds = random.next() < 0.1 ? 1 : 0;
    this.floods = random.next() < 0.05 ? 1 : 0;
  }

  /** Performs random operations until a time in milliseconds since 1970. */
  async live(until: number): Promise<void> {
    const { random, time } = this.world;
    for (;;) {
      await time.waitUntil(until, random.next() * 10 * MINUTE);
      if (time.now() >= until) {
        return;
      }
      this.sweep();
      await this.act(this.topics[random.below(this.topics.length)] as string);
    }
  }

  private async act(topic: string): Promise<void> {
    const { random, faults, ticketed } = this.world;
    const chance = random.next();
    if (this.crowds > 0) {
      this.crowds -= 1;
      await this.crowd(topic);
    } else if (this.floods > 0) {
      this.floods -= 1;
      await this.flood(topic);
    } else if (chance < 0.2 && this.growths > 0) {
      this.growths -= 1;
      await this.grow(topic);
    } else if (chance < 0.4 && this.restores) {
      this.world.restore(this.backup);
      await this.backUp(topic);
    } else if (chance < 0.5 && ticketed && !faults.calm) {
      await this.world.logOut((this.subscribers[random.below(this.subscribers.length)] as Subscriber).principal);
    } else if (chance < 0.7) {
      await this.backUp(topic);
    }
  }

  /** Makes a backup. In some cases, a message is published meanwhile. It is then in the backup, and above the head. */
  private async backUp(topic: string): Promise<void> {
    const { random, time, dynamo, append } = this.world;
    const isHead = ({ sk }: Item) => sk === SortKey.HEAD;
    const heads = dynamo.items(TABLES.log).filter(isHead);
    if (this.restores && random.next() < 0.5) {
      await append(topic);
    }
    await time.wait(SKEW * random.next());
    const known = new Set(heads.map(({ pk }) => pk));
    const others = dynamo.items(TABLES.log).filter((item) => !isHead(item) && known.has(item.pk));
    this.backup = [...heads, ...others];
  }

  /** Deletes expired items, as DynamoDB does after a delay. */
  private sweep(): void {
    const { time, dynamo } = this.world;
    for (const table of Object.values(TABLES)) {
      dynamo.sweep(table, time.now() / 1000);
    }
  }

  /**
   * Adds more subscribers to one shard than fit into one read. They stay until API Gateway closes them, or no longer exist
   * when a message is posted.
   */
  private async crowd(topic: string): Promise<void> {
    const { time, dynamo, random, entry } = this.world;
    const { now } = time;
    const stays = random.next() < 0.7;
    // With this random value all of them use one shard, and none checks its size.
    const clock = { now, wait: (milliseconds: number) => time.wait(milliseconds), random: () => 0.5 };
    const table = new Table(dynamo, TABLES.connections, clock);
    for (let left = 1.5 * CONNECTIONS_PER_READ; left > 0; left -= 1) {
      await entry.joins(topic, stays, table, clock);
    }
  }

  private async flood(topic: string): Promise<void> {
    for (let left = 100 + this.world.random.below(150); left > 0; left -= 1) {
      await this.world.append(topic);
    }
  }

  /** Adds a generation with four times the shards, as for many subscribers. */
  private async grow(topic: string): Promise<void> {
    const { dynamo, time } = this.world;
    const plans = new ShardPlans(new Table(dynamo, TABLES.connections, time), time);
    const plan = (await plans.renew([topic])).get(topic);
    if (plan) {
      await plans.resize(topic, plan, FULL_SHARD + 1);
    }
  }
}
