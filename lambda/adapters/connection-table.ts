import { untilDeadline } from '../realtime/backoff';
import {
  type Clock,
  CONNECTIONS_PER_READ,
  type Connection,
  type Connections,
  type Shard,
  type Subscribers,
  Unavailable,
} from '../realtime/ports';
import { Limit, type Presence } from '../realtime/protocol';
import { placeIn, SUBSCRIPTION_LIFETIME, sampleOf, shardsOf } from '../realtime/sharding';
import { ShardPlans } from './shard-plans';
import type { Expression, Item, Key, Rejections, Table, Write } from './table';

/** A younger connection may be reported gone because it is still being opened. */
const FORGET_AFTER_MILLISECONDS = 30_000;

/** One subscription in so many looks whether its shard is too full, or one too many: now and then is soon enough. */
const SUBSCRIPTIONS_PER_LOOK = 16;

/** Shards that presence counts; more are estimated from them. */
const PRESENCE_READS = 10;

/** How long to insist while other writes of the same connection are in the way. */
const PATIENCE = 4000;
const BACKOFF = { base: 20, cap: 500 };

/**
 * The connection table on DynamoDB. Every item has expiresAt; no item is believed once it has expired.
 *
 * | pk | sk | is | attributes |
 * | --- | --- | --- | --- |
 * | `CONNECTION#{id}` | `CONNECTION` | the connection | connectedAt, subscriptions (how many) |
 * | `CONNECTION#{id}` | `TOPIC#{topic}` | a subscription, for cleaning up | connectedAt, shardNumber |
 * | `TOPIC#{topic}#{shard}` | `CONNECTION#{id}` | the same subscription, for the fan-out | connectedAt |
 * | `TOPIC#{topic}` | `SHARDS` | the topic's shard plan: see {@link ShardPlans} | generations, revision |
 */
export class ConnectionTable implements Connections {
  private readonly plans: ShardPlans;

  constructor(
    private readonly table: Table,
    private readonly clock: Clock,
  ) {
    this.plans = new ShardPlans(table, clock);
  }

  async connect(connection: Connection): Promise<void> {
    await this.table.put({ ...connectionKey(connection), ...lifetime(connection), subscriptions: 0 });
  }

  disconnect(connection: Connection): Promise<void> {
    return this.remove(connection);
  }

  async forget(connection: Connection): Promise<void> {
    if (this.clock.now() - connection.connectedAt > FORGET_AFTER_MILLISECONDS) {
      await this.remove(connection);
    }
  }

  async subscribe(connection: Connection, topic: string): ReturnType<Connections['subscribe']> {
    const plan = await this.plans.renew(topic);
    const shard = placeIn(plan, this.clock.random());
    const rejections = await this.transact([
      {
        update: connectionKey(connection),
        set: 'ADD subscriptions :one',
        condition: {
          expression: 'expiresAt > :now AND subscriptions < :limit',
          values: { ':one': 1, ':now': this.seconds(), ':limit': Limit.SUBSCRIPTIONS },
        },
      },
      {
        put: { ...byConnection(connection, topic), ...lifetime(connection), shardNumber: shard },
        condition: { expression: 'attribute_not_exists(pk)' },
      },
      { put: { ...byShard(connection, { topic, number: shard }), ...lifetime(connection) } },
    ]);
    const [full, already] = rejections;
    if (full && !(full.found && full.found.expiresAt > this.seconds())) {
      return 'not_connected';
    }
    if (!full && !already && this.clock.random() < 1 / SUBSCRIPTIONS_PER_LOOK) {
      await this.plans.resize(topic, plan, await this.count({ topic, number: shard }));
    }
    return full && !already ? 'subscription_limit' : 'subscribed';
  }

  async unsubscribe(connection: Connection, topic: string): Promise<void> {
    const found = await this.table.get(byConnection(connection, topic));
    if (!found) {
      return;
    }
    // A condition that fails says that the subscription has just ended: nothing is left to do.
    await this.transact([
      {
        update: connectionKey(connection),
        set: 'ADD subscriptions :less',
        condition: { expression: 'attribute_exists(pk)', values: { ':less': -1 } },
      },
      {
        delete: byConnection(connection, topic),
        condition: { expression: 'shardNumber = :shard', values: { ':shard': found.shardNumber } },
      },
      { delete: byShard(connection, { topic, number: found.shardNumber }) },
    ]);
  }

  async shards(topics: readonly string[]): Promise<Shard[]> {
    const plans = await this.plans.read(topics);
    return topics.flatMap((topic) => shardsOf(topic, plans.get(topic), this.clock.now()));
  }

  async subscribers(shard: Shard, after = ''): Promise<Subscribers> {
    const { pk, sk } = byShard({ id: after }, shard);
    const pages = this.table.pages(
      { expression: 'pk = :pk AND sk > :after', values: { ':pk': pk, ':after': sk } },
      this.alive(),
      CONNECTIONS_PER_READ + 1,
    );
    const found: Connection[] = [];
    for await (const page of pages) {
      found.push(...page.map(({ sk, connectedAt }) => ({ id: sk.slice(CONNECTION.length), connectedAt })));
      if (found.length > CONNECTIONS_PER_READ) {
        const connections = found.slice(0, CONNECTIONS_PER_READ);
        return { connections, next: connections.at(-1)?.id };
      }
    }
    return { connections: found };
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

  /** The connection goes first: no subscription can be added after that, so none is missed. */
  private async remove(connection: Connection): Promise<void> {
    const { connectedAt } = connection;
    const sameConnection = {
      expression: 'attribute_not_exists(pk) OR connectedAt = :at',
      values: { ':at': connectedAt },
    };
    await this.table.delete(connectionKey(connection), sameConnection);
    const pages = this.table.pages(
      {
        expression: 'pk = :pk AND begins_with(sk, :topic)',
        values: { ':pk': connectionKey(connection).pk, ':topic': TOPIC },
      },
      { expression: 'connectedAt = :at', values: { ':at': connectedAt } },
    );
    for await (const page of pages) {
      await this.table.deleteAll(
        page.flatMap(({ pk, sk, shardNumber }) => [
          { pk, sk },
          byShard(connection, { topic: sk.slice(TOPIC.length), number: shardNumber }),
        ]),
      );
    }
  }

  private async transact(writes: Write[]): Promise<Rejections> {
    const outcome = await untilDeadline(() => this.table.transact(writes), {
      clock: this.clock,
      deadline: this.clock.now() + PATIENCE,
      backoff: BACKOFF,
    });
    if (outcome === 'busy') {
      throw new Unavailable();
    }
    return outcome === 'written' ? [] : outcome;
  }

  private count(shard: Shard): Promise<number> {
    const { pk } = byShard({ id: '' }, shard);
    return this.table.count({ expression: 'pk = :pk', values: { ':pk': pk } }, this.alive());
  }

  private alive(): Expression {
    return { expression: 'expiresAt > :now', values: { ':now': this.seconds() } };
  }

  private seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }
}

const CONNECTION = 'CONNECTION#';
const TOPIC = 'TOPIC#';

const connectionKey = ({ id }: Connection): Key => ({ pk: `${CONNECTION}${id}`, sk: 'CONNECTION' });
const byConnection = ({ id }: Connection, topic: string): Key => ({ pk: `${CONNECTION}${id}`, sk: `${TOPIC}${topic}` });
const byShard = ({ id }: Pick<Connection, 'id'>, { topic, number }: Shard): Key => ({
  pk: `${TOPIC}${topic}#${number}`,
  sk: `${CONNECTION}${id}`,
});

const lifetime = ({ connectedAt }: Connection): Pick<Item, 'connectedAt' | 'expiresAt'> => ({
  connectedAt,
  expiresAt: Math.floor((connectedAt + SUBSCRIPTION_LIFETIME) / 1000),
});
