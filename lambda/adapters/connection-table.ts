import { untilDeadline } from '../realtime/backoff';
import {
  type Clock,
  CONNECTIONS_PER_READ,
  type Connection,
  type Connections,
  type OpenConnection,
  type Shard,
  type Subscribers,
  Unavailable,
} from '../realtime/ports';
import { ANYONE, identityOf, type Principal } from '../realtime/principal';
import { SUBSCRIPTION_LIFETIME } from '../realtime/sharding';
import { KeyPrefix, SortKey } from '../keys';
import { holder } from './admission-table';
import type { Expression, Item, Key, Table, Write } from './table';

/** Minimum age of a connection to be removed. API Gateway also returns 410 for a connection that is still opening. */
const FORGET_AFTER_MILLISECONDS = 30_000;

/** Milliseconds without a frame after which a connection is probably broken: a client sends a ping within 4.8 minutes. */
const BROKEN_AFTER = 5 * 60_000;

/** Milliseconds for which a write is retried after conflicts with other writes of the same connection. */
export const RETRY_FOR = 4000;
const BACKOFF = { base: 20, cap: 500 };

/** A slot for a new connection: a free one, or one to take over from another connection of the subject. */
export interface Slot {
  number: number;
  /** The connection that loses the slot. Undefined if the slot is free. */
  takenFrom?: OpenConnection;
}

/** Use of a connection that has a slot. */
export interface Usage {
  /** In milliseconds since 1970. */
  lastUsedAt: number;
  /** True if the connection is probably broken. */
  broken: boolean;
}

/**
 * Maximum number of queries in one read of a shard. `$disconnect` deletes subscriptions, so few expired ones are left, and one
 * query suffices. If it failed for hours, thousands are: a read then ends early, and the next one continues.
 */
const PAGES_PER_READ = 4;

/**
 * Connection table on DynamoDB, without the operations on subscriptions (see SubscriptionTable), which most functions do
 * not need. Every item has expiresAt, at the latest the end of the connection's authorization. Expired items are ignored.
 * If clients are authenticated, a topic is `{tenant}/{name}`.
 *
 * | pk | sk | content | attributes |
 * | --- | --- | --- | --- |
 * | `CONNECTION#{id}` | `CONNECTION` | the connection | connectedAt, subscriptions (their number), subject, tenant, slot |
 * | `CONNECTION#{id}` | `SESSION` | what each frame needs, apart from the item that subscriptions change | connectedAt, principal, fullAt (token bucket), lastFrameAt |
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
    const writes = records(connection, ANYONE, { fullAt: 0 });
    await this.insist(() => this.table.transact(writes));
  }

  /**
   * @param slots - maximum number of connections of the subject
   * @returns a random free slot of the subject, or a random one of the quarter whose connections have sent no frame for the
   * longest time, preferably of those that are probably broken: see {@link BROKEN_AFTER}. Random, because many clients of a
   * subject can connect at once, and only one of them gets the same slot.
   */
  async slotFor(principal: Principal, slots: number): Promise<Slot> {
    const items = await this.slotsOf(principal);
    const holders = new Map(
      items.map((item) => [Number(item.sk.slice(KeyPrefix.SLOT.length)), openConnectionOf(item)]),
    );
    const numbers = Array.from({ length: slots }, (_, number) => number);
    const free = numbers.filter((number) => !holders.has(number));
    const number = free[Math.floor(this.clock.random() * free.length)];
    if (number !== undefined) {
      return { number };
    }
    const taken = [...holders].filter(([taken]) => taken < slots);
    const usageOf = await this.usage(taken.map(([, holder]) => holder));
    const bySilence = taken
      .map(([number, takenFrom]) => ({ number, takenFrom, usage: usageOf(takenFrom) }))
      .sort((one, other) => one.usage.lastUsedAt - other.usage.lastUsedAt);
    const quarter = bySilence.slice(0, Math.max(1, Math.floor(bySilence.length / 4)));
    const broken = quarter.filter(({ usage }) => usage.broken);
    const candidates = broken.length > 0 ? broken : quarter;
    const { number: takenNumber, takenFrom } = candidates[Math.floor(this.clock.random() * candidates.length)] as Slot;
    return { number: takenNumber, takenFrom };
  }

  /**
   * @param fullAt - time at which the connection's bucket of frames is full, in milliseconds since 1970
   * @returns the writes that open a connection of a principal in a slot. The first fails if the slot has changed hands. The
   * connection that loses the slot can send no more frames.
   */
  opening(connection: Connection, principal: Principal, slot: Slot, fullAt: number): Write[] {
    return [
      this.taking(connection, principal, slot),
      ...records(connection, principal, { slot: slot.number, fullAt }),
      ...(slot.takenFrom ? [{ delete: sessionKey(slot.takenFrom) }] : []),
    ];
  }

  /** @returns the write that takes a slot for a connection of a principal */
  protected taking(connection: Connection, principal: Principal, { number, takenFrom }: Slot): Write {
    const times = lifetime({ ...connection, authorizedUntil: principal.expiresAt });
    const { issuedAt } = principal;
    return {
      put: { ...slotKey(principal, number), ...times, issuedAt, connectionId: connection.id },
      condition: takenFrom ? heldBy(takenFrom) : this.expired,
    };
  }

  /** @returns the use of each of these connections, by their last frames */
  protected async usage(holders: readonly OpenConnection[]): Promise<(holder: OpenConnection) => Usage> {
    const sessions = await this.table.getAll(holders.map(sessionKey));
    const lastFrames = new Map<string, number>(sessions.map(({ pk, lastFrameAt }) => [pk, lastFrameAt]));
    const before = this.clock.now() - BROKEN_AFTER;
    return (holder) => {
      const lastUsedAt = lastFrames.get(sessionKey(holder).pk) ?? 0;
      return { lastUsedAt, broken: lastUsedAt < before };
    };
  }

  async connectionsOf(principal: Pick<Principal, 'subject' | 'tenant'>): Promise<OpenConnection[]> {
    return (await this.slotsOf(principal)).map(openConnectionOf);
  }

  disconnect(connection: Connection): Promise<void> {
    return this.remove(connection);
  }

  async forget(connection: Connection): Promise<void> {
    if (this.clock.now() - connection.connectedAt > FORGET_AFTER_MILLISECONDS) {
      await this.remove(connection);
    }
  }

  async subscribers(shard: Shard, after?: string): Promise<Subscribers> {
    const connections: Connection[] = [];
    let last = after;
    for (let page = 0; page < PAGES_PER_READ; page++) {
      const { pk, sk } = byShard({ id: last ?? '' }, shard);
      const { items, more } = await this.table.page(
        { expression: 'pk = :pk AND sk > :after', values: { ':pk': pk, ':after': sk } },
        CONNECTIONS_PER_READ + 1,
      );
      connections.push(...items.filter(({ expiresAt }) => expiresAt > this.seconds()).map(subscriberOf));
      last = items.at(-1)?.sk.slice(KeyPrefix.CONNECTION.length) ?? last;
      if (connections.length > CONNECTIONS_PER_READ) {
        const first = connections.slice(0, CONNECTIONS_PER_READ);
        return { connections: first, next: first.at(-1)?.id };
      }
      if (!more) {
        return { connections };
      }
    }
    return { connections, next: last };
  }

  /** Removes the connection first. After that, no subscription can be added, so none is missed. */
  private async remove(connection: Connection): Promise<void> {
    await this.insist(() => this.tryClose(connection));
    // At most as many as a connection can have subscriptions.
    const pages = this.table.pages(
      {
        expression: 'pk = :pk AND begins_with(sk, :topic)',
        values: { ':pk': connectionKey(connection).pk, ':topic': KeyPrefix.TOPIC },
      },
      { expression: 'connectedAt = :at', values: { ':at': connection.connectedAt } },
    );
    for await (const page of pages) {
      await this.table.deleteAll(
        page.flatMap(({ pk, sk, shardNumber }) => [
          { pk, sk },
          byShard(connection, { topic: sk.slice(KeyPrefix.TOPIC.length), number: shardNumber }),
        ]),
        sameAs(connection),
      );
    }
  }

  /**
   * Deletes the connection and its session, and releases its slot, unless another connection has taken it over. All of it
   * in one transaction, so that a repeat after a lost response finds either everything or nothing.
   */
  private async tryClose(connection: Connection): ReturnType<Table['transact']> {
    const found = await this.table.get(connectionKey(connection));
    if (!found) {
      return 'written';
    }
    const deletes = [connectionKey(connection), sessionKey(connection)].map((key) => ({
      delete: key,
      condition: sameAs(connection),
    }));
    if (found.slot === undefined) {
      return this.table.transact(deletes);
    }
    const { tenant, subject, slot } = found;
    const release = { delete: slotKey({ tenant, subject }, slot), condition: heldBy(connection) };
    const outcome = await this.table.transact([release, ...deletes]);
    return typeof outcome !== 'string' && outcome[0] ? this.table.transact(deletes) : outcome;
  }

  /**
   * Repeats a write until its outcome is known. Throws {@link Unavailable} if it is not before the deadline.
   *
   * @param deadline in milliseconds since 1970. @default - {@link RETRY_FOR} from now
   */
  protected async insist<T>(
    write: () => Promise<T>,
    deadline = this.clock.now() + RETRY_FOR,
  ): Promise<Exclude<T, 'busy'>> {
    const outcome = await untilDeadline(write, { clock: this.clock, deadline, backoff: BACKOFF });
    if (outcome === 'busy') {
      throw new Unavailable();
    }
    return outcome as Exclude<T, 'busy'>;
  }

  /** Performs a transaction, which can include writes to other tables: see {@link Table.transact}. */
  transact(writes: Write[], token: string): ReturnType<Table['transact']> {
    return this.table.transact(writes, token);
  }

  /** A subject has a fixed number of slots, and a new connection overwrites an expired slot, so all fit into one page. */
  private async slotsOf(principal: Pick<Principal, 'subject' | 'tenant'>): Promise<Item[]> {
    const pages = this.table.pages(
      { expression: 'pk = :pk', values: { ':pk': slotPartition(principal) } },
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

const slotPartition = (principal: Pick<Principal, 'subject' | 'tenant'>) =>
  `${KeyPrefix.SUBJECT}${identityOf(principal)}`;
export const slotKey = (principal: Pick<Principal, 'subject' | 'tenant'>, slot: number): Key => ({
  pk: slotPartition(principal),
  sk: `${KeyPrefix.SLOT}${slot}`,
});

export const connectionKey = ({ id }: Connection): Key => ({
  pk: `${KeyPrefix.CONNECTION}${id}`,
  sk: SortKey.CONNECTION,
});
export const sessionKey = ({ id }: Connection): Key => ({ pk: `${KeyPrefix.CONNECTION}${id}`, sk: SortKey.SESSION });
export const byConnection = ({ id }: Connection, topic: string): Key => ({
  pk: `${KeyPrefix.CONNECTION}${id}`,
  sk: `${KeyPrefix.TOPIC}${topic}`,
});
export const byShard = ({ id }: Pick<Connection, 'id'>, { topic, number }: Shard): Key => ({
  pk: `${KeyPrefix.TOPIC}${topic}#${number}`,
  sk: `${KeyPrefix.CONNECTION}${id}`,
});

/** @returns the writes of a connection and its session. */
function records(
  connection: Connection,
  principal: Principal,
  { slot, fullAt }: { slot?: number; fullAt: number },
): Write[] {
  const times = lifetime({ ...connection, authorizedUntil: principal.expiresAt });
  const { subject, tenant } = principal;
  const { connectedAt } = connection;
  return [
    {
      put: {
        ...connectionKey(connection),
        ...times,
        subject,
        tenant,
        subscriptions: 0,
        ...(slot !== undefined && { slot }),
      },
    },
    { put: { ...sessionKey(connection), ...times, ...holder(principal), fullAt, lastFrameAt: connectedAt } },
  ];
}

/** Condition that an item belongs to this connection, and not to a later one with the same id. */
const sameAs = ({ connectedAt }: Connection): Expression => ({
  expression: 'attribute_not_exists(pk) OR connectedAt = :at',
  values: { ':at': connectedAt },
});

/** Condition that a slot belongs to this connection. */
export const heldBy = ({ id }: Connection): Expression => ({
  expression: 'attribute_not_exists(pk) OR connectionId = :id',
  values: { ':id': id },
});

const openConnectionOf = ({ connectionId, connectedAt, issuedAt }: Item): OpenConnection => ({
  id: connectionId,
  connectedAt,
  issuedAt,
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
