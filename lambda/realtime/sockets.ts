import { Limit, type Presence } from '../../client/protocol';
import type {
  Clock,
  CloseRequests,
  Connection,
  Connections,
  Opened,
  SubscribeOutcome,
  TaskSubscriptions,
} from './ports';
import { type RateLimit, take, type TokenRequest, type Wait } from './rate-limit';
import type { SessionConnections } from './session';
import type { Subscriber, TaskTopics } from './task-topics';

/** An open socket of a task. */
export interface OpenSocket extends Subscriber, Pick<Opened, 'principal' | 'fullAt'> {
  /** Closes the socket after the answers to its frames. */
  closeAfterAnswer(): void;
}

/** A socket, and the ids of its subscriptions by topic. */
interface Member<Socket extends OpenSocket> {
  readonly socket: Socket;
  readonly subscriptions: Map<string, string>;
}

export interface SocketsOptions {
  topics: Pick<TaskTopics, 'add' | 'remove' | 'confirm' | 'uncounted'>;
  table: Pick<TaskSubscriptions, 'presence'>;
  /** Rate limit of a connection's frames. */
  frames: RateLimit;
  clock: Pick<Clock, 'now'>;
  /** @returns false if the task has lost its lease: others know its sockets as closed, also if the process was frozen meanwhile */
  held: () => boolean;
}

/** The connections of a task: their principals, rate limits and subscriptions are in memory. */
export class Sockets<Socket extends OpenSocket = OpenSocket> implements SessionConnections, CloseRequests {
  private readonly members = new Map<string, Member<Socket>>();

  constructor(private readonly options: SocketsOptions) {}

  /** Number of open sockets. */
  get size(): number {
    return this.members.size;
  }

  /** @returns an open socket */
  get(connectionId: string): Socket | undefined {
    return this.members.get(connectionId)?.socket;
  }

  /** All open sockets. */
  get all(): Socket[] {
    return [...this.members.values()].map(({ socket }) => socket);
  }

  add({ id }: Connection, socket: Socket): void {
    this.members.set(id, { socket, subscriptions: new Map() });
  }

  /** Removes a closed socket with its subscriptions. */
  remove({ id }: Connection): void {
    const member = this.members.get(id);
    if (member) {
      this.members.delete(id);
      for (const topic of member.subscriptions.keys()) {
        this.options.topics.remove(topic, member.socket);
      }
    }
  }

  async accept({ id }: Connection, cost = 1): ReturnType<Connections['accept']> {
    const socket = this.get(id);
    if (!socket || !this.options.held()) {
      return 'not_connected';
    }
    const { principal } = socket;
    if (principal.expiresAt <= this.options.clock.now() / 1000) {
      return 'unauthorized';
    }
    const counted = { cost: 1, debt: this.options.frames.burst };
    const refusal = this.take(socket, cost === 1 ? counted : { cost });
    if (!refusal) {
      return principal;
    }
    if (cost === 1) {
      return { retryAfter: refusal.retryAfter, flooding: refusal.fullAt === undefined };
    }
    // A refused frame is counted as 1, which takes at most a second to refill.
    const again = this.take(socket, counted);
    const flooding = again !== undefined && again.fullAt === undefined;
    return { retryAfter: refusal.retryAfter + (flooding ? 0 : 1), flooding };
  }

  async subscribe(
    { id: connectionId }: Connection,
    topics: readonly string[],
    id = '',
  ): ReturnType<Connections['subscribe']> {
    const member = this.members.get(connectionId);
    if (!member) {
      return 'not_connected';
    }
    const { socket, subscriptions } = member;
    const before = new Map(subscriptions);
    const admitted = topics.filter((topic) => {
      const fits = subscriptions.has(topic) || subscriptions.size < Limit.SUBSCRIPTIONS;
      if (fits && (subscriptions.get(topic) ?? '') <= id) {
        subscriptions.set(topic, id);
      }
      return fits;
    });
    for (const topic of admitted) {
      this.options.topics.add(topic, socket);
    }
    const confirmed = await this.options.topics.confirm(admitted);
    if (this.members.get(connectionId) !== member) {
      return 'not_connected';
    }
    const outcomeOf = (topic: string): SubscribeOutcome => {
      if (!admitted.includes(topic)) {
        return 'subscription_limit';
      }
      const subscription = subscriptions.get(topic);
      // It may have ended in the meantime.
      return confirmed.has(topic) && subscription !== undefined ? { subscription } : 'unavailable';
    };
    const outcomes = new Map(topics.map((topic) => [topic, outcomeOf(topic)]));
    for (const topic of admitted) {
      if (outcomes.get(topic) === 'unavailable' && !before.has(topic) && subscriptions.get(topic) === id) {
        subscriptions.delete(topic);
        this.options.topics.remove(topic, socket);
      }
    }
    return outcomes;
  }

  async unsubscribe({ id: connectionId }: Connection, topic: string, id?: string): Promise<void> {
    const member = this.members.get(connectionId);
    const found = member?.subscriptions.get(topic);
    if (member && found !== undefined && (id === undefined || id === found)) {
      member.subscriptions.delete(topic);
      this.options.topics.remove(topic, member.socket);
    }
  }

  async presence(topic: string): Promise<Presence> {
    const { subscribers, exact } = await this.options.table.presence(topic);
    return { subscribers: Math.max(0, subscribers + this.options.topics.uncounted(topic)), exact };
  }

  async close({ id }: Connection): Promise<void> {
    this.get(id)?.closeAfterAnswer();
  }

  /** @returns the refusal, or undefined if the tokens were taken */
  private take(socket: OpenSocket, request: TokenRequest): Wait | undefined {
    const outcome = take(socket.fullAt, this.options.clock.now(), this.options.frames, request);
    socket.fullAt = outcome.fullAt ?? socket.fullAt;
    return 'retryAfter' in outcome ? outcome : undefined;
  }
}
