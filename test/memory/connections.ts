import type { Clock, Connection, Connections } from '../../lambda/realtime/ports';
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

  async *subscribers(topic: string): AsyncGenerator<Connection[]> {
    const entries = [...this.open.values()].filter(({ topics }) => topics.has(topic));
    yield entries.map(({ connection }) => connection).filter(({ id }) => !this.expired(id));
  }

  async presence(topic: string): Promise<Presence> {
    let subscribers = 0;
    for await (const page of this.subscribers(topic)) {
      subscribers += page.length;
    }
    return { subscribers, exact: true };
  }

  async forget(connection: Connection): Promise<void> {
    if (this.clock.now() - connection.connectedAt > 30_000) {
      await this.disconnect(connection);
    }
  }

  private expired(id: string): boolean {
    const entry = this.open.get(id);
    return !entry || entry.connection.connectedAt + LIFETIME <= this.clock.now();
  }
}
