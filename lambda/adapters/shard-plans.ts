import { KeyPrefix, SortKey } from '../keys';
import { untilDeadline } from '../realtime/backoff';
import { type Clock, Unavailable } from '../realtime/ports';
import { renewed, resized, type ShardPlan } from '../realtime/sharding';
import type { Item, Key, Table } from './table';

/** Milliseconds during which a write of a plan is repeated while others write the same plan. Each conflict means that another write succeeded. */
const PATIENCE = 4000;
const BACKOFF = { base: 20, cap: 500 };

/**
 * The shard plans of topics, an item each: `TOPIC#{topic}`, `SHARDS`. A plan is written only over the revision that it was
 * made from, so that no generation is lost.
 */
export class ShardPlans {
  constructor(
    private readonly table: Table,
    private readonly clock: Clock,
  ) {}

  /** @returns the plans of those topics, at most 100, that have one; an expired one may be among them. */
  async read(topics: readonly string[]): Promise<Map<string, ShardPlan>> {
    const items = topics.length > 0 ? await this.table.getAll(topics.map(keyOf)) : [];
    return new Map(items.map((item) => [item.pk.slice(KeyPrefix.TOPIC.length), planOf(item)]));
  }

  /** @returns the plan to subscribe by, which outlives a subscription made now. */
  async renew(topic: string): Promise<ShardPlan> {
    const plan = await untilDeadline(
      async () => {
        const item = await this.table.get(keyOf(topic));
        const before = item && planOf(item);
        const after = renewed(before, this.clock.now());
        return after === before || (await this.write(topic, item, after)) ? after : 'busy';
      },
      { clock: this.clock, deadline: this.clock.now() + PATIENCE, backoff: BACKOFF },
    );
    if (plan === 'busy') {
      throw new Unavailable();
    }
    return plan;
  }

  /**
   * Gives the topic more or fewer shards, if `rows` says so. If another subscriber was faster, theirs holds.
   *
   * @param rows in a random shard of the newest generation of `plan`.
   */
  async resize(topic: string, plan: ShardPlan, rows: number): Promise<void> {
    if (resized(plan, rows, this.clock.now()) === plan) {
      return;
    }
    const item = await this.table.get(keyOf(topic));
    const before = item && planOf(item);
    if (before && before.generations.at(-1)?.first === plan.generations.at(-1)?.first) {
      await this.write(topic, item, resized(before, rows, this.clock.now()));
    }
  }

  /** @returns whether the plan was written: not if another one was since the item was read. */
  private async write(topic: string, item: Item | undefined, { generations, expiresAt }: ShardPlan): Promise<boolean> {
    const revision: number = item?.revision ?? 0;
    const outcome = await this.table.transact([
      {
        put: { ...keyOf(topic), generations, expiresAt: Math.ceil(expiresAt / 1000), revision: revision + 1 },
        condition: item
          ? { expression: 'revision = :revision', values: { ':revision': revision } }
          : { expression: 'attribute_not_exists(pk)' },
      },
    ]);
    return outcome === 'written';
  }
}

const keyOf = (topic: string): Key => ({ pk: `${KeyPrefix.TOPIC}${topic}`, sk: SortKey.SHARDS });
const planOf = ({ generations, expiresAt }: Item): ShardPlan => ({ generations, expiresAt: expiresAt * 1000 });
