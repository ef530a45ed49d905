import type { Allowance } from '../realtime/allowance';
import { untilDeadline } from '../realtime/backoff';
import { type Clock, type Connection, type Connections, type Holding, Unavailable } from '../realtime/ports';
import { ANYONE, type Principal } from '../realtime/principal';
import { Limit } from '../realtime/protocol';
import { holder, holderOf, subjectKey } from './admission-table';
import { takeFrom } from './bucket';
import type { Expression, Item, Key, Rejections, Table, Write } from './table';

/** API Gateway cuts a connection after 2 hours; 10 minutes more leave room for clocks and a late `$disconnect`. */
const LIFETIME_SECONDS = 2 * 3600 + 600;

/** A younger connection may be reported gone because it is still being opened. */
const FORGET_AFTER_MILLISECONDS = 30_000;

/** How long to insist while other writes of the same connection are in the way. */
const PATIENCE = 4000;
const BACKOFF = { base: 20, cap: 500 };

/**
 * The connection table on DynamoDB. Every item has connectedAt and expiresAt, which is when the connection's authorization
 * ends if it does; no item is believed once it has expired.
 *
 * | pk | sk | is |
 * | --- | --- | --- |
 * | `CONNECTION#{id}` | `CONNECTION` | the connection: for whom, its slot, the count of its subscriptions, fullAt (what it may send) |
 * | `CONNECTION#{id}` | `TOPIC#{topic}` | a subscription, for cleaning up |
 * | `TOPIC#{topic}` | `CONNECTION#{id}` | the same subscription, for the fan-out |
 * | `SUBJECT#{tenant}/{subject}` | `SLOT#{n}` | one of the connections a subject may have, by connectionId |
 */
export class ConnectionTable implements Connections {
  constructor(
    private readonly table: Table,
    private readonly clock: Clock,
    /** Frames that a connection may send. */
    private readonly allowance: Allowance = { perSecond: 50, burst: 200 },
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
    const [byConnection, byTopic] = subscriptionKeys(connection, topic);
    const rejections = await this.insist([
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
    await this.insist([
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
        values: { ':pk': connectionKey(connection).pk, ':topic': 'TOPIC#' },
      },
      { expression: 'connectedAt = :at', values: { ':at': connectedAt } },
    );
    for await (const page of pages) {
      await this.table.deleteAll(page.flatMap(({ sk }) => subscriptionKeys(connection, sk.slice('TOPIC#'.length))));
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

  private async slotsOf(principal: Pick<Principal, 'subject' | 'tenant'>): Promise<Item[]> {
    const pages = this.table.pages(
      { expression: 'pk = :pk', values: { ':pk': subjectKey(principal) } },
      { expression: 'expiresAt > :now', values: { ':now': this.seconds() } },
    );
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

  private seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }
}

const connectionKey = ({ id }: Connection): Key => ({ pk: `CONNECTION#${id}`, sk: 'CONNECTION' });

const slotKey = (principal: Pick<Principal, 'subject' | 'tenant'>, slot: number): Key => ({
  pk: subjectKey(principal),
  sk: `SLOT#${slot}`,
});

const subscriptionKeys = ({ id }: Connection, topic: string): [Key, Key] => [
  { pk: `CONNECTION#${id}`, sk: `TOPIC#${topic}` },
  { pk: `TOPIC#${topic}`, sk: `CONNECTION#${id}` },
];

const lifetime = ({
  connectedAt,
  authorizedUntil = Number.MAX_SAFE_INTEGER,
}: Connection): Pick<Item, 'connectedAt' | 'expiresAt'> => ({
  connectedAt,
  expiresAt: Math.min(Math.floor(connectedAt / 1000) + LIFETIME_SECONDS, authorizedUntil),
});
