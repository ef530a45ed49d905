import {
  type Clock,
  CONNECTIONS_PER_READ,
  type Connection,
  type Connections,
  type OpenConnection,
  type Shard,
  type Subscribers,
} from '../realtime/ports';
import { ANYONE, type Principal } from '../realtime/principal';
import { SUBSCRIPTION_LIFETIME } from '../realtime/sharding';
import { KeyPrefix, SortKey } from '../keys';
import { holder, holderOf, subjectKey } from './admission-table';
import type { Expression, Item, Key, Table, Write } from './table';

/** A younger connection may be reported gone because it is still being opened. */
const FORGET_AFTER_MILLISECONDS = 30_000;

/**
 * The connection table on DynamoDB, as far as the functions need it that do not subscribe: see SubscriptionTable. Every
 * item has expiresAt, which is when the connection's authorization ends if it does; no item is believed once it has
 * expired. A topic is `{tenant}/{name}` where clients are authenticated.
 *
 * | pk | sk | is | attributes |
 * | --- | --- | --- | --- |
 * | `CONNECTION#{id}` | `CONNECTION` | the connection | connectedAt, subscriptions (how many), fullAt (what it may send), for whom, slot |
 * | `CONNECTION#{id}` | `TOPIC#{topic}` | a subscription, for cleaning up | connectedAt, shardNumber |
 * | `TOPIC#{topic}#{shard}` | `CONNECTION#{id}` | the same subscription, for the fan-out | connectedAt |
 * | `TOPIC#{topic}` | `SHARDS` | the topic's shard plan: see {@link ShardPlans} | generations, revision |
 * | `SUBJECT#{tenant}/{subject}` | `SLOT#{n}` | one of the connections a subject may have | connectionId, connectedAt, issuedAt |
 */
export class ConnectionTable implements Pick<
  Connections,
  'connect' | 'disconnect' | 'subscribers' | 'forget' | 'connectionsOf'
> {
  constructor(
    protected readonly table: Table,
    protected readonly clock: Clock,
  ) {}

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
    const taken = new Set((await this.slotsOf(principal)).map(({ sk }) => Number(sk.slice(KeyPrefix.SLOT.length))));
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

  async connectionsOf(principal: Pick<Principal, 'subject' | 'tenant'>): Promise<OpenConnection[]> {
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
        values: { ':pk': connectionKey(connection).pk, ':topic': KeyPrefix.TOPIC },
      },
      { expression: 'connectedAt = :at', values: { ':at': connectedAt } },
    );
    for await (const page of pages) {
      await this.table.deleteAll(
        page.flatMap(({ pk, sk, shardNumber }) => [
          { pk, sk },
          byShard(connection, { topic: sk.slice(KeyPrefix.TOPIC.length), number: shardNumber }),
        ]),
      );
    }
  }

  /** Does writes of which some may be in other tables: see {@link Table.transact}. */
  transact(writes: Write[], token: string): ReturnType<Table['transact']> {
    return this.table.transact(writes, token);
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

  protected alive(): Expression {
    return { expression: 'expiresAt > :now', values: { ':now': this.seconds() } };
  }

  protected seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }
}

const slotKey = (principal: Pick<Principal, 'subject' | 'tenant'>, slot: number): Key => ({
  pk: subjectKey(principal),
  sk: `${KeyPrefix.SLOT}${slot}`,
});

export const connectionKey = ({ id }: Connection): Key => ({
  pk: `${KeyPrefix.CONNECTION}${id}`,
  sk: SortKey.CONNECTION,
});
export const byConnection = ({ id }: Connection, topic: string): Key => ({
  pk: `${KeyPrefix.CONNECTION}${id}`,
  sk: `${KeyPrefix.TOPIC}${topic}`,
});
export const byShard = ({ id }: Pick<Connection, 'id'>, { topic, number }: Shard): Key => ({
  pk: `${KeyPrefix.TOPIC}${topic}#${number}`,
  sk: `${KeyPrefix.CONNECTION}${id}`,
});

/** A subscriber, and when its authorization ends if it does before the connection. */
function subscriberOf({ sk, connectedAt, expiresAt }: Item): Connection {
  const connection = { id: sk.slice(KeyPrefix.CONNECTION.length), connectedAt };
  return expiresAt < lifetime(connection).expiresAt ? { ...connection, authorizedUntil: expiresAt } : connection;
}

export const lifetime = ({
  connectedAt,
  authorizedUntil = Number.MAX_SAFE_INTEGER,
}: Connection): Pick<Item, 'connectedAt' | 'expiresAt'> => ({
  connectedAt,
  expiresAt: Math.min(Math.floor((connectedAt + SUBSCRIPTION_LIFETIME) / 1000), authorizedUntil),
});
