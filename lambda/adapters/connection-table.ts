import {
  type Clock,
  CONNECTIONS_PER_READ,
  type Connection,
  type Connections,
  type Shard,
  type Subscribers,
} from '../realtime/ports';
import { SUBSCRIPTION_LIFETIME } from '../realtime/sharding';
import type { Expression, Item, Key, Table } from './table';

/** A younger connection may be reported gone because it is still being opened. */
const FORGET_AFTER_MILLISECONDS = 30_000;

/**
 * The connection table on DynamoDB, as far as the functions need it that do not subscribe: see SubscriptionTable. Every item has expiresAt; no item is believed once it has expired.
 *
 * | pk | sk | is | attributes |
 * | --- | --- | --- | --- |
 * | `CONNECTION#{id}` | `CONNECTION` | the connection | connectedAt, subscriptions (how many) |
 * | `CONNECTION#{id}` | `TOPIC#{topic}` | a subscription, for cleaning up | connectedAt, shardNumber |
 * | `TOPIC#{topic}#{shard}` | `CONNECTION#{id}` | the same subscription, for the fan-out | connectedAt |
 * | `TOPIC#{topic}` | `SHARDS` | the topic's shard plan: see {@link ShardPlans} | generations, revision |
 */
export class ConnectionTable implements Pick<Connections, 'connect' | 'disconnect' | 'subscribers' | 'forget'> {
  constructor(
    protected readonly table: Table,
    protected readonly clock: Clock,
  ) {}

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

  protected alive(): Expression {
    return { expression: 'expiresAt > :now', values: { ':now': this.seconds() } };
  }

  protected seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }
}

const CONNECTION = 'CONNECTION#';
const TOPIC = 'TOPIC#';

export const connectionKey = ({ id }: Connection): Key => ({ pk: `${CONNECTION}${id}`, sk: 'CONNECTION' });
export const byConnection = ({ id }: Connection, topic: string): Key => ({
  pk: `${CONNECTION}${id}`,
  sk: `${TOPIC}${topic}`,
});
export const byShard = ({ id }: Pick<Connection, 'id'>, { topic, number }: Shard): Key => ({
  pk: `${TOPIC}${topic}#${number}`,
  sk: `${CONNECTION}${id}`,
});

export const lifetime = ({ connectedAt }: Connection): Pick<Item, 'connectedAt' | 'expiresAt'> => ({
  connectedAt,
  expiresAt: Math.floor((connectedAt + SUBSCRIPTION_LIFETIME) / 1000),
});
