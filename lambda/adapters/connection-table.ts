import type { Allowance } from '../realtime/allowance';
import { untilDeadline } from '../realtime/backoff';
import {
  type Clock,
  CONNECTIONS_PER_READ,
  type Connection,
  type Connections,
  type Holding,
  type Shard,
  type Subscribers,
  Unavailable,
} from '../realtime/ports';
import { ANYONE, type Principal } from '../realtime/principal';
import { Limit, type Presence } from '../realtime/protocol';
import { placeIn, SUBSCRIPTION_LIFETIME, sampleOf, shardsOf } from '../realtime/sharding';
import { holder, holderOf, subjectKey } from './admission-table';
import { takeFrom } from './bucket';
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
 * The connection table on DynamoDB. Every item has expiresAt, which is when the connection's authorization ends if it
 * does; no item is believed once it has expired. A topic is `{tenant}/{name}` where clients are authenticated.
 *
 * | pk | sk | is | attributes |
 * | --- | --- | --- | --- |
 * | `CONNECTION#{id}` | `CONNECTION` | the connection | connectedAt, subscriptions (how many), fullAt (what it may send), for whom, slot |
 * | `CONNECTION#{id}` | `TOPIC#{topic}` | a subscription, for cleaning up | connectedAt, shardNumber |
 * | `TOPIC#{topic}#{shard}` | `CONNECTION#{id}` | the same subscription, for the fan-out | connectedAt |
 * | `TOPIC#{topic}` | `SHARDS` | the topic's shard plan: see {@link ShardPlans} | generations, revision |
 * | `SUBJECT#{tenant}/{subject}` | `SLOT#{n}` | one of the connections a subject may have | connectionId, connectedAt, issuedAt |
 */
export class ConnectionTable implements Connections {
  private readonly plans: ShardPlans;

  constructor(
    private readonly table: Table,
    private readonly clock: Clock,
    /** Frames that a connection may send. */
    private readonly allowance: Allowance = { perSecond: 50, burst: 200 },
  ) {
    this.plans = new ShardPlans(table, clock);
  }

  async connect(connection: Connection): Promise<void> {
    await this.table.put({
      ...connectionKey(connection),
      ...lifetime(connection),
      ...holder(ANYONE),
      subscriptions: 0,
    });
  }

  /** @returns one of the subject's slots, from 0, that no open connection has; undefined if there is none. */
  async freeSlot(principal: Principal, slots: number): Promise<number | undefined> {
    const taken = new Set((await this.slotsOf(principal)).map(({ sk }) => Number(sk.slice('SLOT#'.length))));
    const free = Array.from({ length: slots }, (_, slot) => slot).filter((slot) => !taken.has(slot));
    return free[Math.floor(this.clock.random() * free.length)];
  }

  /** @returns the writes that open a connection for a principal, if its slot is free. */
  opening(connection: Connection, principal: Principal, slot: number): Write[] {
    const times = lifetime({ ...connection, authorizedUntil: principal.expiresAt });
    const { issuedAt } = principal;
    return [
      {
        put: { ...slotKey(principal, slot), ...times, issuedAt, connectionId: connection.id },
        condition: this.expired,
      },
      { put: { ...connectionKey(connection), ...times, ...holder(principal), slot, subscriptions: 0 } },
    ];
  }

  async accept(connection: Connection): ReturnType<Connections['accept']> {
    const seconds = this.seconds();
    const outcome = await takeFrom(this.table, connectionKey(connection), {
      allowance: this.allowance,
      now: this.clock.now(),
      alive: { expression: 'expiresAt > :seconds', values: { ':seconds': seconds } },
    });
    if ('taken' in outcome) {
      return holderOf(outcome.taken);
    }
    if ('retryAfter' in outcome) {
      return outcome;
    }
    return outcome.rejected && outcome.rejected.authorizedUntil <= seconds ? 'unauthorized' : 'not_connected';
  }

  async heldBy(principal: Pick<Principal, 'subject' | 'tenant'>): Promise<Holding[]> {
    const items = await this.slotsOf(principal);
    return items.map(({ connectionId, connectedAt, issuedAt }) => ({ id: connectionId, connectedAt, issuedAt }));
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
    const rejections = await this.insist([
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
    await this.insist([
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
      found.push(...page.map(subscriberOf));
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
    const removed = await this.table.delete(connectionKey(connection), sameConnection);
    if (removed?.slot !== undefined) {
      await this.table.delete(slotKey(holderOf(removed), removed.slot), {
        expression: 'connectionId = :id',
        values: { ':id': connection.id },
      });
    }
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

  /** Does writes of which some may be in other tables: see {@link Table.transact}. */
  transact(writes: Write[], token: string): ReturnType<Table['transact']> {
    return this.table.transact(writes, token);
  }

  private async insist(writes: Write[]): Promise<Rejections> {
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

  private async slotsOf(principal: Pick<Principal, 'subject' | 'tenant'>): Promise<Item[]> {
    const pages = this.table.pages({ expression: 'pk = :pk', values: { ':pk': subjectKey(principal) } }, this.alive());
    const slots: Item[] = [];
    for await (const page of pages) {
      slots.push(...page);
    }
    return slots;
  }

  /** True of an item that is not there, or not believed any more. */
  private get expired(): Expression {
    return { expression: 'attribute_not_exists(pk) OR expiresAt <= :now', values: { ':now': this.seconds() } };
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

const slotKey = (principal: Pick<Principal, 'subject' | 'tenant'>, slot: number): Key => ({
  pk: subjectKey(principal),
  sk: `SLOT#${slot}`,
});

const connectionKey = ({ id }: Connection): Key => ({ pk: `${CONNECTION}${id}`, sk: 'CONNECTION' });
const byConnection = ({ id }: Connection, topic: string): Key => ({ pk: `${CONNECTION}${id}`, sk: `${TOPIC}${topic}` });
const byShard = ({ id }: Pick<Connection, 'id'>, { topic, number }: Shard): Key => ({
  pk: `${TOPIC}${topic}#${number}`,
  sk: `${CONNECTION}${id}`,
});

/** A subscriber, and when its authorization ends if it does before the connection. */
function subscriberOf({ sk, connectedAt, expiresAt }: Item): Connection {
  const connection = { id: sk.slice(CONNECTION.length), connectedAt };
  return expiresAt < lifetime(connection).expiresAt ? { ...connection, authorizedUntil: expiresAt } : connection;
}

const lifetime = ({
  connectedAt,
  authorizedUntil = Number.MAX_SAFE_INTEGER,
}: Connection): Pick<Item, 'connectedAt' | 'expiresAt'> => ({
  connectedAt,
  expiresAt: Math.min(Math.floor((connectedAt + SUBSCRIPTION_LIFETIME) / 1000), authorizedUntil),
});
