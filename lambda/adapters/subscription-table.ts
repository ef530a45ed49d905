import type { RateLimit, TokenRequest } from '../realtime/rate-limit';
import { type Clock, type Connection, type Connections, type Shard, type SubscribeOutcome } from '../realtime/ports';
import { Limit, type Presence } from '../../client/protocol';
import { placeIn, sampleOf, type ShardPlan } from '../realtime/sharding';
import { holderOf } from './admission-table';
import { type Taken, takeFrom } from './token-bucket';
import { byConnection, byShard, connectionKey, lifetime, RETRY_FOR, sessionKey } from './connection-table';
import { ShardTable } from './shard-table';
import type { Rejections, Table, Write } from './table';
import { ignoreUnavailable } from './unavailable';

/** Average number of subscriptions between two checks of a shard's size. */
const SUBSCRIPTIONS_PER_CHECK = 16;

/** Number of shards that presence counts. It estimates the others. */
const PRESENCE_READS = 10;

/**
 * Number of topics whose subscriptions are added in one transaction: each takes two of its 100 items, and the connection
 * takes one.
 */
const TOPICS_PER_TRANSACTION = 49;

/** Milliseconds for which a transaction of several topics is retried before it is divided. */
const PART_FOR = 300;

/** Shard in which a connection subscribes to a topic, and the plan that it is from. */
interface Place extends Shard {
  plan: ShardPlan;
}

/** Connection table with the operations on subscriptions. Functions that do not need them load less code. */
export class SubscriptionTable extends ShardTable implements Connections {
  /** @param rateLimit rate limit of a connection's frames. */
  constructor(
    table: Table,
    clock: Clock,
    private readonly rateLimit: RateLimit = { perSecond: 20, burst: 200 },
  ) {
    super(table, clock);
  }

  async accept(connection: Connection, cost = 1): ReturnType<Connections['accept']> {
    const counted = { cost: 1, debt: this.rateLimit.burst };
    const outcome = await this.takeTokens(connection, cost === 1 ? counted : { cost });
    if ('taken' in outcome) {
      return holderOf(outcome.taken);
    }
    if ('rejected' in outcome) {
      const { rejected } = outcome;
      return rejected && rejected.authorizedUntil <= this.seconds() ? 'unauthorized' : 'not_connected';
    }
    if (cost === 1) {
      return { retryAfter: outcome.retryAfter, flooding: !outcome.counted };
    }
    const refusal = await this.takeTokens(connection, counted);
    const flooding = 'retryAfter' in refusal && !refusal.counted;
    // The token that the refusal costs takes at most a second to refill.
    return { retryAfter: outcome.retryAfter + (flooding ? 0 : 1), flooding };
  }

  private takeTokens(connection: Connection, request: TokenRequest): Promise<Taken> {
    const { rateLimit, clock } = this;
    return takeFrom(this.table, sessionKey(connection), {
      rateLimit,
      request,
      clock,
      condition: { expression: 'expiresAt > :seconds', values: { ':seconds': this.seconds() } },
      set: { expression: 'lastFrameAt = :at', values: { ':at': clock.now() } },
    });
  }

  async subscribe(connection: Connection, topics: readonly string[], id = ''): ReturnType<Connections['subscribe']> {
    const outcomes = new Map<string, SubscribeOutcome>(topics.map((topic) => [topic, 'unavailable']));
    const places = [...(await this.plans.renew(topics))].map(([topic, plan]): Place => ({
      topic,
      plan,
      number: placeIn(plan, this.clock.random()),
    }));
    const end = this.clock.now() + RETRY_FOR;
    const added: Place[] = [];
    const parts = inParts(places, TOPICS_PER_TRANSACTION);
    // One after another, because each of these transactions changes the item of the connection.
    for (let part = parts.shift(); part && this.clock.now() <= end; part = parts.shift()) {
      const deadline = part.length === 1 ? end : Math.min(end, this.clock.now() + PART_FOR);
      try {
        const outcome = await this.add(connection, part, { id, deadline });
        if (outcome === 'not_connected') {
          return outcome;
        }
        outcome.full.forEach(({ topic }) => outcomes.set(topic, 'subscription_limit'));
        outcome.added.forEach(({ topic }) => outcomes.set(topic, { subscription: id }));
        added.push(...outcome.added);
        await this.renew(connection, outcome.already, { id, deadline, outcomes });
      } catch (error) {
        ignoreUnavailable(error);
        // One throttled shard fails the whole transaction, so smaller ones let the other topics succeed.
        parts.push(...(part.length === 1 ? [] : inParts(part, Math.ceil(part.length / 2))));
      }
    }
    await Promise.all(added.map((place) => this.check(place)));
    return outcomes;
  }

  /**
   * Adds subscriptions in one transaction, which counts them. Repeats it without those that the connection has already and
   * those above the limit.
   */
  private async add(
    connection: Connection,
    places: readonly Place[],
    { id, deadline }: { id: string; deadline: number },
  ): Promise<Record<'added' | 'already' | 'full', Place[]> | 'not_connected'> {
    const already: Place[] = [];
    const full: Place[] = [];
    let added = [...places];
    while (added.length > 0) {
      const rejections = await this.write(
        [
          {
            update: connectionKey(connection),
            set: 'ADD subscriptions :added',
            condition: {
              expression: 'expiresAt > :now AND subscriptions <= :most',
              values: {
                ':added': added.length,
                ':now': this.seconds(),
                ':most': Limit.SUBSCRIPTIONS - added.length,
              },
            },
          },
          ...added.map(({ topic, number }) => ({
            put: {
              ...byConnection(connection, topic),
              ...lifetime(connection),
              shardNumber: number,
              subscriptionId: id,
            },
            condition: { expression: 'attribute_not_exists(pk)' },
          })),
          ...added.map((place) => ({ put: { ...byShard(connection, place), ...lifetime(connection) } })),
        ],
        deadline,
      );
      if (rejections.length === 0) {
        break;
      }
      const [refused, ...subscribed] = rejections;
      if (refused && !(refused.found && refused.found.expiresAt > this.seconds())) {
        return 'not_connected';
      }
      already.push(...added.filter((_, index) => subscribed[index]));
      const others = added.filter((_, index) => !subscribed[index]);
      const room = refused?.found ? Math.max(0, Limit.SUBSCRIPTIONS - refused.found.subscriptions) : others.length;
      full.push(...others.slice(room));
      added = others.slice(0, room);
    }
    return { added, already, full };
  }

  /** Gives subscriptions a new id, in one transaction. Repeats it without those that have a later id or have just ended. */
  private async renew(
    connection: Connection,
    places: readonly Place[],
    { id, deadline, outcomes }: { id: string; deadline: number; outcomes: Map<string, SubscribeOutcome> },
  ): Promise<void> {
    let left = places;
    while (left.length > 0) {
      const rejections = await this.write(
        left.map(({ topic }) => ({
          update: byConnection(connection, topic),
          set: 'SET subscriptionId = :id',
          condition: { expression: 'subscriptionId < :id', values: { ':id': id } },
        })),
        deadline,
      );
      for (const [index, { topic }] of left.entries()) {
        const rejected = rejections[index];
        if (rejected?.found) {
          outcomes.set(topic, { subscription: rejected.found.subscriptionId });
        } else if (rejections.length === 0) {
          outcomes.set(topic, { subscription: id });
        }
      }
      left = rejections.length === 0 ? [] : left.filter((_, index) => !rejections[index]);
    }
  }

  /** Checks the size of the shard of a new subscription, sometimes. Later subscriptions repeat a check that fails. */
  private async check({ topic, plan, number }: Place): Promise<void> {
    if (this.clock.random() < 1 / SUBSCRIPTIONS_PER_CHECK) {
      try {
        await this.plans.resize(topic, plan, await this.count({ topic, number }));
      } catch (error) {
        ignoreUnavailable(error);
      }
    }
  }

  async unsubscribe(connection: Connection, topic: string, id?: string): Promise<void> {
    const found = await this.table.get(byConnection(connection, topic));
    if (!found || (id !== undefined && id !== found.subscriptionId)) {
      return;
    }
    const { shardNumber, subscriptionId } = found;
    // If a condition fails, the subscription has just ended or has been renewed, and nothing is left to do.
    await this.write([
      {
        update: connectionKey(connection),
        set: 'ADD subscriptions :less',
        condition: { expression: 'attribute_exists(pk)', values: { ':less': -1 } },
      },
      {
        delete: byConnection(connection, topic),
        condition: {
          expression: 'shardNumber = :shard AND subscriptionId = :id',
          values: { ':shard': shardNumber, ':id': subscriptionId },
        },
      },
      { delete: byShard(connection, { topic, number: shardNumber }) },
    ]);
  }

  async presence(topic: string): Promise<Presence> {
    const plan = (await this.plans.read([topic])).get(topic);
    const { now, random } = this.clock;
    const samples = sampleOf(topic, plan, { now: now(), random, reads: PRESENCE_READS });
    const estimates = samples.map(async ({ shards, of }) => {
      const counts = await Promise.all(shards.map((shard) => this.count(shard)));
      return (counts.reduce((sum, count) => sum + count, 0) / shards.length) * of;
    });
    const subscribers = Math.round((await Promise.all(estimates)).reduce((sum, estimate) => sum + estimate, 0));
    return { subscribers, exact: samples.every(({ shards, of }) => shards.length === of) };
  }

  private async write(writes: Write[], deadline?: number): Promise<Rejections> {
    const outcome = await this.insist(() => this.table.transact(writes), deadline);
    return outcome === 'written' ? [] : outcome;
  }

  /** A query reads about 7,000 rows, and a shard has about 200 and few expired ones: see {@link subscribers}. */
  private count(shard: Shard): Promise<number> {
    const { pk } = byShard({ id: '' }, shard);
    return this.table.count({ expression: 'pk = :pk', values: { ':pk': pk } }, this.notExpired());
  }
}

function inParts<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  );
}
