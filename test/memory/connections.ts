import {
  type Clock,
  CONNECTIONS_PER_READ,
  type Connection,
  type Connections,
  type Shard,
  type Subscribers,
} from '../../lambda/realtime/ports';
import { Limit, type Presence } from '../../lambda/realtime/protocol';

const LIFETIME = (2 * 3600 + 600) * 1000;

/** The connections in memory. */
export class MemoryConnections implements Connections {
  private readonly open = new Map<string, { connection: Connection; topics: Set<string> }>();

  constructor(private readonly clock: Clock) {}

  async connect(connection: Connection): Promise<void> {
    this.open.set(connection.id, { connection, topics: new Set() });
  }

  async disconnect({ id, connectedAt }: Connection): Promise<void> {
    if (this.open.get(id)?.connection.connectedAt === connectedAt) {
      this.open.delete(id);
    }
  }

  async subscribe({ id }: Connection, topic: string): ReturnType<Connections['subscribe']> {
    const topics = this.open.get(id)?.topics;
    if (!topics || this.expired(id)) {
      return 'not_connected';
    }
    if (!topics.has(topic) && topics.size >= Limit.SUBSCRIPTIONS) {
      return 'subscription_limit';
    }
    topics.add(topic);
    return 'subscribed';
  }

  async unsubscribe({ id }: Connection, topic: string): Promise<void> {
    this.open.get(id)?.topics.delete(topic);
  }

  /** Every topic has one shard. */
  async shards(topics: readonly string[]): Promise<Shard[]> {
    return topics.filter((topic) => this.of(topic).length > 0).map((topic) => ({ topic, number: 0 }));
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
    return !entry || entry.connection.connectedAt + LIFETIME <= this.clock.now();
  }
}
