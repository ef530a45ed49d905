import { pricesOf, type RateLimit, take } from '../../../lambda/realtime/rate-limit';
import {
  type Clock,
  CONNECTIONS_PER_READ,
  type Connection,
  type Connections,
  type OpenConnection,
  type Shard,
  type SubscribeOutcome,
  type Subscribers,
} from '../../../lambda/realtime/ports';
import { ANYONE, identityOf, type Principal } from '../../../lambda/realtime/principal';
import { Limit, type Presence } from '../../../client/protocol';

const LIFETIME = (2 * 3600 + 600) * 1000;

interface Open {
  readonly connection: Connection;
  readonly principal: Principal;
  /** Ids of the subscriptions by topic. */
  readonly topics: Map<string, string>;
  fullAt: number;
  lastFrameAt: number;
}

/** Connections and subscriptions in memory. */
export class MemoryConnections implements Connections {
  private readonly open = new Map<string, Open>();

  constructor(
    private readonly clock: Clock,
    private readonly rateLimit: RateLimit = { perSecond: 20, burst: 200 },
  ) {}

  async connect(connection: Connection, principal = ANYONE, startsEmpty = false): Promise<void> {
    const lastFrameAt = connection.connectedAt;
    const fullAt = startsEmpty ? this.clock.now() + pricesOf(this.rateLimit, {}).empty : 0;
    this.open.set(connection.id, { connection, principal, topics: new Map(), fullAt, lastFrameAt });
  }

  async accept({ id }: Connection, cost = 1): ReturnType<Connections['accept']> {
    const entry = this.open.get(id);
    if (!entry || this.expired(id)) {
      return entry && entry.principal.expiresAt <= this.clock.now() / 1000 ? 'unauthorized' : 'not_connected';
    }
    const now = this.clock.now();
    const outcome = take(entry.fullAt, now, this.rateLimit, { cost });
    const refused = 'retryAfter' in outcome;
    const { fullAt } = refused ? take(entry.fullAt, now, this.rateLimit, { debt: this.rateLimit.burst }) : outcome;
    if (fullAt !== undefined) {
      entry.fullAt = fullAt;
      entry.lastFrameAt = now;
    }
    if (!refused) {
      return entry.principal;
    }
    const again = take(entry.fullAt, now, this.rateLimit, { cost });
    return { retryAfter: 'retryAfter' in again ? again.retryAfter : 0, flooding: fullAt === undefined };
  }

  async connectionsOf(subject: Pick<Principal, 'subject' | 'tenant'>): Promise<OpenConnection[]> {
    return this.openOf(subject);
  }

  lastFrameOf({ id }: Pick<Connection, 'id'>): number {
    return this.open.get(id)?.lastFrameAt ?? 0;
  }

  openOf(subject: Pick<Principal, 'subject' | 'tenant'>): OpenConnection[] {
    return [...this.open.values()]
      .filter(
        ({ principal, connection }) => identityOf(principal) === identityOf(subject) && !this.expired(connection.id),
      )
      .map(({ connection: { id, connectedAt }, principal: { issuedAt } }) => ({ id, connectedAt, issuedAt }));
  }

  async disconnect({ id, connectedAt }: Connection): Promise<void> {
    if (this.open.get(id)?.connection.connectedAt === connectedAt) {
      this.open.delete(id);
    }
  }

  async subscribe(connection: Connection, names: readonly string[], id = ''): ReturnType<Connections['subscribe']> {
    const topics = this.open.get(connection.id)?.topics;
    if (!topics || this.expired(connection.id)) {
      return 'not_connected';
    }
    const outcomeOf = (topic: string): SubscribeOutcome => {
      if (!topics.has(topic) && topics.size >= Limit.SUBSCRIPTIONS) {
        return 'subscription_limit';
      }
      const current = topics.get(topic);
      const subscription = current !== undefined && current > id ? current : id;
      topics.set(topic, subscription);
      return { subscription };
    };
    return new Map(names.map((topic) => [topic, outcomeOf(topic)]));
  }

  async unsubscribe(connection: Connection, topic: string, id?: string): Promise<void> {
    const topics = this.open.get(connection.id)?.topics;
    if (id === undefined || topics?.get(topic) === id) {
      topics?.delete(topic);
    }
  }

  /** Every topic has one shard. */
  async shards(topics: readonly string[]): Promise<Shard[]> {
    return topics.filter((topic) => this.of(topic).length > 0).map((topic) => ({ topic, number: 0 }));
  }

  async availableShards(topics: readonly string[]): Promise<Map<string, Shard[]>> {
    return new Map(
      await Promise.all(topics.map(async (topic) => [topic, await this.shards([topic])] satisfies [string, Shard[]])),
    );
  }

  async subscribers({ topic }: Shard, after = ''): Promise<Subscribers> {
    const found = this.of(topic).filter(({ id }) => id > after);
    const connections = found.slice(0, CONNECTIONS_PER_READ);
    return { connections, ...(found.length > connections.length && { next: connections.at(-1)?.id }) };
  }

  async presence(topic: string): Promise<Presence> {
    return { subscribers: this.of(topic).length, exact: true };
  }

  async forget(connection: Connection): Promise<void> {
    if (this.clock.now() - connection.connectedAt > 30_000) {
      await this.disconnect(connection);
    }
  }

  private of(topic: string): Connection[] {
    return [...this.open.values()]
      .filter(({ connection, topics }) => topics.has(topic) && !this.expired(connection.id))
      .map(({ connection }) => connection)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private expired(id: string): boolean {
    const entry = this.open.get(id);
    const now = this.clock.now();
    return !entry || entry.connection.connectedAt + LIFETIME <= now || entry.principal.expiresAt <= now / 1000;
  }
}
