import { untilDeadline } from '../realtime/backoff';
import { type Clock, type Connection, type Connections, Unavailable } from '../realtime/ports';
import { Limit, type Presence } from '../realtime/protocol';
import type { Item, Key, Rejections, Table, Write } from './table';

/** API Gateway cuts a connection after 2 hours; 10 minutes more leave room for clocks and a late `$disconnect`. */
const LIFETIME_SECONDS = 2 * 3600 + 600;

/** A younger connection may be reported gone because it is still being opened. */
const FORGET_AFTER_MILLISECONDS = 30_000;

/** How long to insist while other writes of the same connection are in the way. */
const PATIENCE = 4000;
const BACKOFF = { base: 20, cap: 500 };

/**
 * The connection table on DynamoDB. Every item has connectedAt and expiresAt; no item is believed once it has expired.
 *
 * | pk | sk | is |
 * | --- | --- | --- |
 * | `CONNECTION#{id}` | `CONNECTION` | the connection, with the count of its subscriptions |
 * | `CONNECTION#{id}` | `TOPIC#{topic}` | a subscription, for cleaning up |
 * | `TOPIC#{topic}` | `CONNECTION#{id}` | the same subscription, for the fan-out |
 */
export class ConnectionTable implements Connections {
  constructor(
    private readonly table: Table,
    private readonly clock: Clock,
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

  async subscribe(connection: Connection, topic: string): ReturnType<Connections['subscribe']> {
    const [byConnection, byTopic] = subscriptionKeys(connection, topic);
    const rejections = await this.transact([
      {
        update: connectionKey(connection),
        set: 'ADD subscriptions :one',
        condition: {
          expression: 'expiresAt > :now AND subscriptions < :limit',
          values: { ':one': 1, ':now': this.seconds(), ':limit': Limit.SUBSCRIPTIONS },
        },
      },
      { put: { ...byConnection, ...lifetime(connection) }, condition: { expression: 'attribute_not_exists(pk)' } },
      { put: { ...byTopic, ...lifetime(connection) } },
    ]);
    const [full, already] = rejections;
    if (full && !(full.found && full.found.expiresAt > this.seconds())) {
      return 'not_connected';
    }
    return full && !already ? 'subscription_limit' : 'subscribed';
  }

  async unsubscribe(connection: Connection, topic: string): Promise<void> {
    const [byConnection, byTopic] = subscriptionKeys(connection, topic);
    // A condition that fails says that there is no such subscription, or no such connection: nothing to do either way.
    await this.transact([
      {
        update: connectionKey(connection),
        set: 'ADD subscriptions :less',
        condition: { expression: 'attribute_exists(pk)', values: { ':less': -1 } },
      },
      { delete: byConnection, condition: { expression: 'attribute_exists(pk)' } },
      { delete: byTopic },
    ]);
  }

  async *subscribers(topic: string): AsyncGenerator<Connection[]> {
    const pages = this.table.pages(
      { expression: 'pk = :pk', values: { ':pk': `TOPIC#${topic}` } },
      { expression: 'expiresAt > :now', values: { ':now': this.seconds() } },
    );
    for await (const page of pages) {
      yield page.map(({ sk, connectedAt }) => ({ id: sk.slice('CONNECTION#'.length), connectedAt }));
    }
  }

  async presence(topic: string): Promise<Presence> {
    const subscribers = await this.table.count(
      { expression: 'pk = :pk', values: { ':pk': `TOPIC#${topic}` } },
      { expression: 'expiresAt > :now', values: { ':now': this.seconds() } },
    );
    return { subscribers, exact: true };
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
        values: { ':pk': connectionKey(connection).pk, ':topic': 'TOPIC#' },
      },
      { expression: 'connectedAt = :at', values: { ':at': connectedAt } },
    );
    for await (const page of pages) {
      await this.table.deleteAll(page.flatMap(({ sk }) => subscriptionKeys(connection, sk.slice('TOPIC#'.length))));
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

  private seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }
}

const connectionKey = ({ id }: Connection): Key => ({ pk: `CONNECTION#${id}`, sk: 'CONNECTION' });

const subscriptionKeys = ({ id }: Connection, topic: string): [Key, Key] => [
  { pk: `CONNECTION#${id}`, sk: `TOPIC#${topic}` },
  { pk: `TOPIC#${topic}`, sk: `CONNECTION#${id}` },
];

const lifetime = ({ connectedAt }: Connection): Pick<Item, 'connectedAt' | 'expiresAt'> => ({
  connectedAt,
  expiresAt: Math.floor(connectedAt / 1000) + LIFETIME_SECONDS,
});
