import type { Clock, Task, TaskSubscription, TaskSubscriptions } from './ports';

/** A subscriber of topics: a socket of a task. */
export interface Subscriber {
  /** Sends a frame. */
  send(frame: Buffer): void;
  /** Closes the socket, because its messages may not arrive any more. */
  restart(): void;
}

/** Milliseconds for which a task stays subscribed to a topic without subscribers, so that a page that is loaded again finds it. */
const LINGER = 60_000;

/** Milliseconds after which a subscription is renewed, under the newest shard plan: see SUBSCRIPTION_LIFETIME. */
const RENEW_AFTER = 3_600_000;

/** Milliseconds before the end of a subscription that could not be renewed at which its subscribers are closed. */
const GIVE_UP_BEFORE = 600_000;

/** Minimum interval between two writes of a topic's number of subscribers, in milliseconds. */
const COUNT_EVERY = 1000;

/** Maximum number of topics that are written together. */
const TOPICS_AT_ONCE = 100;

/**
 * Number of topics that a sweep writes, less those that are being written. The client of the table has 50 connections, and
 * subscriptions that were written in a second, by clients that reconnected, are all due in the same second. With many topics
 * due, a sweep writes a thirtieth of them, up to the maximum: clients that subscribe and unsubscribe all the time must not add
 * topics faster than they end.
 */
const TOPICS_PER_SWEEP = { least: 200, most: 1000, share: 1 / 30 };

/** A topic with its subscribers on this task. */
interface Topic {
  readonly name: string;
  readonly subscribers: Set<Subscriber>;
  /** The task's subscription. Undefined if it may not exist. */
  subscription?: TaskSubscription;
  /** The last known subscription, whose deletion may have failed. The next write replaces it, and is later. */
  last?: TaskSubscription;
  /** Number of subscribers in the table. */
  counted: number;
  /** Time at which the last subscriber left, in milliseconds since 1970. */
  emptySince: number;
  /** The write in progress. Never rejects. There is one at a time, so that a deletion cannot overtake a subscription. */
  change?: Promise<void>;
}

export interface TaskTopicsOptions {
  task: Task;
  table: Pick<TaskSubscriptions, 'subscribeTask' | 'unsubscribeTask'>;
  clock: Clock;
  /** Is called with unexpected errors of the table. */
  failed: (error: unknown) => void;
}

/**
 * Topics of a task: the task is subscribed to each topic of which it has subscribers, once for all of them. `docs/delivery.md`
 * explains why no message is missed: a subscriber is added first, then the subscription of the task is confirmed, and then the
 * head of the topic is read.
 */
export class TaskTopics {
  private readonly topics = new Map<string, Topic>();

  constructor(private readonly options: TaskTopicsOptions) {}

  /** Number of topics. */
  get size(): number {
    return this.topics.size;
  }

  /** Adds a subscriber. Its messages are certain to arrive only after {@link confirm}. */
  add(name: string, subscriber: Subscriber): void {
    this.topicOf(name).subscribers.add(subscriber);
  }

  remove(name: string, subscriber: Subscriber): void {
    const topic = this.topics.get(name);
    if (topic?.subscribers.delete(subscriber) && topic.subscribers.size === 0) {
      topic.emptySince = this.options.clock.now();
    }
  }

  /** @returns those of at most 100 topics to which the task is subscribed for certain */
  async confirm(names: readonly string[]): Promise<ReadonlySet<string>> {
    const topics = names.map((name) => this.topicOf(name));
    const isMissing = (topic: Topic) => !this.isSubscribed(topic);
    // First what is in progress, which can be a deletion, then the missing ones.
    await Promise.all(topics.filter(isMissing).map(({ change }) => change));
    const missing = topics.filter((topic) => isMissing(topic) && topic.subscribers.size > 0);
    this.write(missing.filter((topic) => !topic.change));
    await Promise.all(missing.map(({ change }) => change));
    return new Set(topics.filter((topic) => this.isSubscribed(topic)).map(({ name }) => name));
  }

  /** @returns the number of subscribers that the table does not count yet; negative if they left */
  uncounted(name: string): number {
    const { subscribers, subscription, counted } = this.topics.get(name) ?? {};
    return subscribers && subscription ? subscribers.size - (counted ?? 0) : 0;
  }

  /** Sends a frame to all subscribers of a topic. */
  send(name: string, text: string): void {
    const subscribers = this.topics.get(name)?.subscribers ?? new Set();
    if (subscribers.size > 0) {
      const frame = Buffer.from(text);
      for (const subscriber of subscribers) {
        subscriber.send(frame);
      }
    }
  }

  /**
   * Renews subscriptions that are old, writes numbers of subscribers that have changed, and ends subscriptions without
   * subscribers: the oldest first, and some in each call. Call it about once a second.
   *
   * @param linger milliseconds for which a subscription without subscribers is kept. @default 60000
   */
  async sweep(linger = LINGER): Promise<void> {
    const now = this.options.clock.now();
    const idle = [...this.topics.values()].filter(({ change }) => !change);
    const isEnded = ({ subscribers, emptySince }: Topic) => subscribers.size === 0 && emptySince + linger <= now;
    for (const topic of idle.filter((topic) => topic.subscription && !this.isSubscribed(topic))) {
      for (const subscriber of topic.subscribers) {
        subscriber.restart();
      }
    }
    const isDue = ({ subscription, counted, subscribers: { size } }: Topic) =>
      subscription &&
      ((size > 0 && subscription.writtenAt + RENEW_AFTER <= now) ||
        (size !== counted && subscription.writtenAt + COUNT_EVERY <= now));
    const all = idle.filter((topic) => isEnded(topic) || isDue(topic));
    const { least, most, share } = TOPICS_PER_SWEEP;
    const room = Math.min(most, Math.max(least, all.length * share)) - (this.topics.size - idle.length);
    const due = all
      .sort((one, other) => (one.last?.writtenAt ?? 0) - (other.last?.writtenAt ?? 0))
      .slice(0, Math.max(0, room));
    this.write(due.filter((topic) => !isEnded(topic)));
    due.filter(isEnded).forEach((topic) => this.end(topic));
    await Promise.all(due.map(({ change }) => change));
  }

  /** @returns true if messages are certain to arrive for some time */
  private isSubscribed({ subscription }: Topic): boolean {
    return subscription !== undefined && subscription.expiresAt - GIVE_UP_BEFORE >= this.options.clock.now();
  }

  private topicOf(name: string): Topic {
    const known = this.topics.get(name);
    if (known) {
      return known;
    }
    const topic = { name, subscribers: new Set<Subscriber>(), counted: 0, emptySince: this.options.clock.now() };
    this.topics.set(name, topic);
    return topic;
  }

  /** Subscribes the task to topics of which no write is in progress. */
  private write(topics: readonly Topic[]): void {
    for (let start = 0; start < topics.length; start += TOPICS_AT_ONCE) {
      const some = topics.slice(start, start + TOPICS_AT_ONCE);
      const change = this.subscribe(some).then(() => some.forEach((topic) => delete topic.change));
      some.forEach((topic) => (topic.change = change));
    }
  }

  private async subscribe(topics: readonly Topic[]): Promise<void> {
    const { table, task, failed } = this.options;
    const counts = new Map(topics.map(({ name, subscribers }) => [name, subscribers.size]));
    const before = new Map(topics.flatMap(({ name, last }) => (last ? [[name, last] as const] : [])));
    try {
      const written = await table.subscribeTask(task, counts, before);
      for (const topic of topics) {
        const subscription = written.get(topic.name);
        if (subscription) {
          Object.assign(topic, { subscription, last: subscription, counted: counts.get(topic.name) ?? 0 });
        }
      }
    } catch (error) {
      if (topics.length === 1) {
        failed(error);
        return;
      }
      // One topic can have the fault, such as a malformed shard plan. It must not end the subscriptions of others.
      const half = Math.ceil(topics.length / 2);
      await Promise.all([this.subscribe(topics.slice(0, half)), this.subscribe(topics.slice(half))]);
    }
  }

  /** Ends the subscription to a topic without subscribers. The next sweep repeats it if it fails. */
  private end(topic: Topic): void {
    const { table, task, failed } = this.options;
    const { last } = topic;
    delete topic.subscription;
    const ending = last ? table.unsubscribeTask(task, topic.name, last) : Promise.resolve();
    topic.change = ending.then(
      () => {
        delete topic.change;
        if (topic.subscribers.size === 0) {
          this.topics.delete(topic.name);
        }
      },
      (error: unknown) => {
        delete topic.change;
        failed(error);
      },
    );
  }
}
