import { KeyPrefix, SortKey } from '../keys';
import { untilDeadline } from '../realtime/backoff';
import type { Clock } from '../realtime/ports';
import { renewed, resized, type ShardPlan } from '../realtime/sharding';
import type { Item, Key, Table } from './table';

/** Milliseconds for which a write of a plan is retried after conflicts. Each conflict means that another write succeeded. */
const RETRY_FOR = 4000;

/**
 * Milliseconds for which throttled plans are retried before their topics are omitted. A throttled partition usually accepts
 * reads again within this time, and all other topics of the batch wait for it.
 */
const READ_FOR = 300;
const BACKOFF = { base: 20, cap: 500 };

/**
 * Shard plans of topics. Each is an item with the keys `TOPIC#{topic}` and `SHARDS`. A plan replaces only the revision that
 * it was computed from, so that no generation is lost.
 */
export class ShardPlans {
  constructor(
    private readonly table: Table,
    private readonly clock: Clock,
  ) {}

  /** @returns the plans of at most 100 topics. The result can include expired plans, and omits topics without a plan. */
  async read(topics: readonly string[]): Promise<Map<string, ShardPlan>> {
    const items = topics.length > 0 ? await this.table.getAll(topics.map(keyOf)) : [];
    return new Map(items.map((item) => [item.pk.slice(KeyPrefix.TOPIC.length), planOf(item)]));
  }

  /** @returns the same, with undefined for topics without a plan, and without topics that cannot be read in time. */
  async readAvailable(topics: readonly string[]): Promise<Map<string, ShardPlan | undefined>> {
    const { items, unread } = await this.table.getAvailable(topics.map(keyOf), { retryFor: READ_FOR });
    const plans = new Map(items.map((item) => [item.pk, planOf(item)]));
    const omitted = new Set(unread.map(({ pk }) => pk));
    return new Map(
      topics.filter((topic) => !omitted.has(keyOf(topic).pk)).map((topic) => [topic, plans.get(keyOf(topic).pk)]),
    );
  }

  /**
   * @returns the plans to use for subscriptions to at most 100 topics. Each outlives a subscription that starts now. Omits
   * topics whose plans cannot be read or written in time.
   */
  async renew(topics: readonly string[]): Promise<Map<string, ShardPlan>> {
    const plans = new Map<string, ShardPlan>();
    let left = topics;
    const attempt = async () => {
      const { items, unread } = await this.table.getAvailable(left.map(keyOf), { retryFor: READ_FOR });
      const found = new Map(items.map((item) => [item.pk, item]));
      const omitted = new Set(unread.map(({ pk }) => pk));
      const conflicts = await Promise.all(
        left.map(async (topic) => {
          const { pk } = keyOf(topic);
          const item = found.get(pk);
          const before = item && planOf(item);
          const after = renewed(before, this.clock.now());
          if (!omitted.has(pk) && (after === before || (await this.write(topic, item, after)))) {
            plans.set(topic, after);
          }
          return omitted.has(pk) || plans.has(topic) ? [] : [topic];
        }),
      );
      left = conflicts.flat();
      return left.length > 0 ? 'busy' : 'done';
    };
    const deadline = this.clock.now() + RETRY_FOR;
    await untilDeadline(attempt, { clock: this.clock, deadline, backoff: BACKOFF });
    return plans;
  }

  /**
   * Changes the number of a topic's shards if `rows` requires it. Does nothing if another subscriber has changed it already.
   *
   * @param rows number of rows in a random shard of the newest generation of `plan`.
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

  /** Writes a plan. @returns false if another plan was written since the item was read */
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
