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

/** Minimum age of a connection to be removed. API Gateway also returns 410 for a connection that is still opening. */
const FORGET_AFTER_MILLISECONDS = 30_000;

/**
 * Connection table on DynamoDB, without the operations on subscriptions (see SubscriptionTable), which most functions do
 * not need. Every item has expiresAt, at the latest the end of the connection's authorization. Expired items are ignored.
 * If clients are authenticated, a topic is `{tenant}/{name}`.
 *
 * | pk | sk | content | attributes |
 * | --- | --- | --- | --- |
 * | `CONNECTION#{id}` | `CONNECTION` | the connection | connectedAt, subscriptions (their number), fullAt (token bucket), principal, slot |
 * | `CONNECTION#{id}` | `TOPIC#{topic}` | a subscription, for its removal with the connection | connectedAt, shardNumber, subscriptionId |
 * | `TOPIC#{topic}#{shard}` | `CONNECTION#{id}` | the same subscription, for delivery | connectedAt |
 * | `TOPIC#{topic}` | `SHARDS` | the topic's shard plan: see {@link ShardPlans} | generations, revision |
 * | `SUBJECT#{tenant}/{subject}` | `SLOT#{n}` | a slot of a subject, taken by a connection | connectionId, connectedAt, issuedAt |
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

  /** @returns the number of a random free slot of the subject, from 0, or undefined if all are taken. */
  async freeSlot(principal: Principal, slots: number): Promise<number | undefined> {
    const taken = new Set((await this.slotsOf(principal)).map(({ sk }) => Number(sk.slice(KeyPrefix.SLOT.length))));
    const free = Array.from({ length: slots }, (_, slot) => slot).filter((slot) => !taken.has(slot));
    return free[Math.floor(this.clock.random() * free.length)];
  }

  /** @returns the writes that open a connection of a principal if the slot is free. */
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
      this.notExpired(),
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

  /** Removes the connection first. After that, no subscription can be added, so none is missed. */
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

  /** Performs a transaction, which can include writes to other tables: see {@link Table.transact}. */
  transact(writes: Write[], token: string): ReturnType<Table['transact']> {
    return this.table.transact(writes, token);
  }

  private async slotsOf(principal: Pick<Principal, 'subject' | 'tenant'>): Promise<Item[]> {
    const pages = this.table.pages(
      { expression: 'pk = :pk', values: { ':pk': subjectKey(principal) } },
      this.notExpired(),
    );
    const slots: Item[] = [];
    for await (const page of pages) {
      slots.push(...page);
    }
    return slots;
  }

  /** Condition that an item does not exist or has expired. */
  private get expired(): Expression {
    return { expression: 'attribute_not_exists(pk) OR expiresAt <= :now', values: { ':now': this.seconds() } };
  }

  protected notExpired(): Expression {
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

/** @returns the connection of a subscription, with `authorizedUntil` if the authorization expires before the connection. */
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
