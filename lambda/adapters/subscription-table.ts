import type { RateLimit, TokenRequest } from '../realtime/rate-limit';
import { type Clock, type Connection, type Connections, type Shard, Unavailable } from '../realtime/ports';
import { Limit, type Presence } from '../../client/protocol';
import { placeIn, sampleOf } from '../realtime/sharding';
import { holderOf } from './admission-table';
import { type Taken, takeFrom } from './token-bucket';
import { byConnection, byShard, connectionKey, lifetime, sessionKey } from './connection-table';
import { ShardTable } from './shard-table';
import type { Rejections, Table, Write } from './table';

/** Average number of subscriptions between two checks of a shard's size. */
const SUBSCRIPTIONS_PER_CHECK = 16;

/** Number of shards that presence counts. It estimates the others. */
const PRESENCE_READS = 10;

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

  async subscribe(connection: Connection, topic: string, id = ''): ReturnType<Connections['subscribe']> {
    const plan = await this.plans.renew(topic);
    const shard = placeIn(plan, this.clock.random());
    const rejections = await this.write([
      {
        update: connectionKey(connection),
        set: 'ADD subscriptions :one',
        condition: {
          expression: 'expiresAt > :now AND subscriptions < :limit',
          values: { ':one': 1, ':now': this.seconds(), ':limit': Limit.SUBSCRIPTIONS },
        },
      },
      {
        put: { ...byConnection(connection, topic), ...lifetime(connection), shardNumber: shard, subscriptionId: id },
        condition: { expression: 'attribute_not_exists(pk)' },
      },
      { put: { ...byShard(connection, { topic, number: shard }), ...lifetime(connection) } },
    ]);
    const [full, already] = rejections;
    if (full && !(full.found && full.found.expiresAt > this.seconds())) {
      return 'not_connected';
    }
    if (already) {
      return { subscription: await this.renew(connection, topic, id) };
    }
    if (!full && this.clock.random() < 1 / SUBSCRIPTIONS_PER_CHECK) {
      await this.plans.resize(topic, plan, await this.count({ topic, number: shard }));
    }
    return full ? 'subscription_limit' : { subscription: id };
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

  /**
   * Gives a subscription a new id, unless it has a later one. Throws {@link Unavailable} if the subscription has just ended.
   *
   * @returns the id that the subscription has then
   */
  private async renew(connection: Connection, topic: string, id: string): Promise<string> {
    const [rejected] = await this.write([
      {
        update: byConnection(connection, topic),
        set: 'SET subscriptionId = :id',
        condition: { expression: 'subscriptionId < :id', values: { ':id': id } },
      },
    ]);
    if (rejected && !rejected.found) {
      throw new Unavailable();
    }
    return rejected?.found?.subscriptionId ?? id;
  }

  private async write(writes: Write[]): Promise<Rejections> {
    const outcome = await this.insist(() => this.table.transact(writes));
    return outcome === 'written' ? [] : outcome;
  }

  /** A query reads about 7,000 rows, and a shard has about 200 and few expired ones: see {@link subscribers}. */
  private count(shard: Shard): Promise<number> {
    const { pk } = byShard({ id: '' }, shard);
    return this.table.count({ expression: 'pk = :pk', values: { ':pk': pk } }, this.notExpired());
  }
}
