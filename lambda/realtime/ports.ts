/**
 * Interfaces between the domain logic and storage, queue and gateway. The adapters implement them, and the suites in
 * test/contracts specify them. Only the results that are declared here cross a port, never an error of an SDK.
 */
import type { Frame } from './frames';
import type { Principal } from './principal';
import type { Message, Position, Presence } from '../../client/protocol';
import type { Ticket } from './tickets';

/** Time and randomness. Tests replace both, so that a run can be repeated. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  wait(milliseconds: number): Promise<void>;
  /** At least 0, less than 1. */
  random(): number;
}

/** Thrown by a port after a temporary failure: throttling, a timeout, or a conflict. */
export class Unavailable extends Error {
  /** @param retryAfter seconds to wait before a retry. */
  constructor(readonly retryAfter = 1) {
    super('Temporarily unavailable');
    this.name = 'Unavailable';
  }
}

/** A message without its position, and its publisher. */
export interface Draft extends Omit<Message, keyof Position> {
  /** Subject of the publisher, which its id belongs to. `''` without authentication. */
  subject: string;
}

/** Messages after a position, oldest first. */
export interface History extends Position {
  /** False if messages after the requested position are no longer kept, or if that position never existed. */
  recovered: boolean;
  messages: Message[];
  /** Bytes of data that were read from the storage, also for messages that the page does not contain. */
  bytesRead: number;
}

export interface MessageLog {
  /** Announces that an append to a topic follows at once, so that the log can read meanwhile what the append needs. */
  prepare(topic: string): void;
  /**
   * Appends a message durably. While messages are kept, the same id of the same subject with the same data returns the
   * first result, and with other data `conflict`. Ids of different subjects are independent.
   */
  append(draft: Draft): Promise<Message | 'conflict'>;
  /**
   * @returns the position of the head, and at most `limit` messages after the sequence `after`. If `recovered` is false,
   * the messages are the oldest that are kept. The number of reads is bounded, however many messages have expired.
   */
  read(topic: string, after: number, limit: number): Promise<History>;
  /**
   * @param options.eventual accepts heads that are up to about 2 seconds old, at half the cost of a read or less.
   * @returns the head of each of at most 100 topics. Omits topics whose heads cannot be read within about 300 ms.
   */
  positions(topics: string[], options?: { eventual: boolean }): Promise<Record<string, Position>>;
}

/** Messages that were appended to a topic together, after a pause of the topic: those with the sequences `first` to `last`. */
export interface Hint {
  topic: string;
  epoch: string;
  first: number;
  last: number;
}

/** Announces messages, so that they are pushed before the stream of the log contains them. */
export interface Hints {
  /** Sends a hint. Never throws: the messages of a hint that is lost are pushed from the stream. */
  send(hint: Hint): Promise<void>;
}

/** Marks of hints whose messages were pushed. */
export interface PushMarks {
  /** @returns those of the hints whose messages were pushed to this lane. Omits hints that cannot be read within about 300 ms. */
  pushed(hints: readonly Hint[]): Promise<Hint[]>;
}

/** Messages that hints announce, and their marks. */
export interface HintedMessages {
  /** @returns the messages of a hint. None if they were pushed already, or if they were not appended with this hint. */
  read(hint: Hint): Promise<Message[]>;
  /** Marks the messages of a hint as pushed: every shard of a plan that was read after their commit has accepted them. */
  mark(hint: Hint): Promise<void>;
}

/** An open connection. */
export interface Connection {
  id: string;
  /** Time at which API Gateway opened the connection, in milliseconds since 1970. */
  connectedAt: number;
  /** Time at which the authorization expires, in seconds since 1970. @default - never */
  authorizedUntil?: number;
}

/** An open connection of a subject. */
export interface OpenConnection extends Connection {
  /** Time at which the token of the connection was issued, in seconds since 1970. */
  issuedAt: number;
}

/**
 * A WebSocket server of the lane. To the delivery it is one connection: it is subscribed to a topic as long as one of its
 * sockets is, and sends what it receives to those sockets.
 */
export interface Task extends Connection {
  /** Host and port at which it receives posts: `10.0.1.23:8081`. */
  address: string;
  /** Random text that authenticates posts to it. */
  secret: string;
}

/** Topics to which a task subscribes, each with the number of its sockets that are subscribed. */
export type TopicCounts = ReadonlyMap<string, number>;

/** A task's subscription to a topic, as it is stored. */
export interface TaskSubscription {
  /** Shard of the topic. */
  number: number;
  /** Time of the write, in milliseconds since 1970. It tells this subscription from an earlier one. */
  writtenAt: number;
  /** Time until which messages of the topic are posted to the task, in milliseconds since 1970. */
  expiresAt: number;
}

/** Leases of tasks. */
export interface Leases {
  /** Takes or renews the lease of a task. @param until in milliseconds since 1970 */
  renewLease(task: Task, until: number): Promise<void>;
  /** Ends a lease. */
  endLease(task: Task): Promise<void>;
  /** @returns the task, unless its lease has ended, some seconds ago: all its sockets are closed then */
  leaseOf(taskId: string): Promise<Task | undefined>;
}

/** Subscriptions of tasks. */
export interface TaskSubscriptions {
  /**
   * Subscribes a task to at most 100 topics, or renews its subscriptions, or only their numbers of sockets.
   *
   * @param before - subscriptions of the task to some of the topics
   * @returns the subscriptions that were written. Topics that are missing may have been written, too
   */
  subscribeTask(
    task: Task,
    topics: TopicCounts,
    before: ReadonlyMap<string, TaskSubscription>,
  ): Promise<Map<string, TaskSubscription>>;
  /** Ends a subscription, but not one that was written later. */
  unsubscribeTask(task: Task, topic: string, subscription: TaskSubscription): Promise<void>;
  /** @returns the number of sockets that are subscribed to a topic, on all tasks */
  presence(topic: string): Promise<Presence>;
}

/** Part of a topic's subscribers. Each subscriber belongs to one shard. */
export interface Shard {
  topic: string;
  number: number;
}

/** Consecutive shards of a topic: `count` of them, from the number `first` on. */
export interface ShardRange {
  topic: string;
  first: number;
  count: number;
}

/** Maximum number of connections in one read of a shard: all of them, unless the shard is too full. */
export const CONNECTIONS_PER_READ = 250;

export interface Subscribers {
  connections: Connection[];
  /** Cursor of the next read, if there are more. */
  next?: string;
}

/**
 * Outcome of a subscription to one topic. `subscription`: it is active, with this id, which can be another one than that of
 * the request. `unavailable`: it may be active. Subscribe again.
 */
export type SubscribeOutcome = { subscription: string } | 'subscription_limit' | 'unavailable';

export interface Connections {
  /** Opens a connection without authentication. */
  connect(connection: Connection): Promise<void>;
  /**
   * Counts a frame against the rate limit of its connection. A refused frame is counted, too: as 1, whatever its cost.
   *
   * @param cost - of the frame, 1 or more. At most the burst is counted, so that a full bucket accepts every frame.
   * @default 1
   * @returns the principal of the connection. `not_connected`: the connection is closing. `unauthorized`: its
   * authorization has expired. `retryAfter`: the rate limit is exceeded for this number of seconds. `flooding`: the refused
   * frames already count as much as the burst.
   */
  accept(
    connection: Connection,
    cost?: number,
  ): Promise<Principal | 'not_connected' | 'unauthorized' | { retryAfter: number; flooding: boolean }>;
  /** Removes the connection and its subscriptions, and releases its slot. */
  disconnect(connection: Connection): Promise<void>;
  /**
   * Subscribes a connection to 1 to 100 different topics. If it is subscribed to one already, that subscription gets the new
   * id, unless its id is later: then an earlier `subscribe` frame is late, or the clock of the function is behind.
   *
   * @param id - identifies the subscriptions. Ids are in the order of their `subscribe` frames. @default - `''`
   * @returns the outcome of each topic. `not_connected`: the connection is closing, and none of its subscriptions is left
   */
  subscribe(
    connection: Connection,
    topics: readonly string[],
    id?: string,
  ): Promise<ReadonlyMap<string, SubscribeOutcome> | 'not_connected'>;
  /** @param id - ends the subscription only if this is its id. @default - ends it whatever its id is */
  unsubscribe(connection: Connection, topic: string, id?: string): Promise<void>;
  /** The open connections of a subject. */
  connectionsOf(principal: Pick<Principal, 'subject' | 'tenant'>): Promise<OpenConnection[]>;
  /** @returns every shard that can contain subscribers of these topics, at most 100; none for a topic without subscribers. */
  shards(topics: readonly string[]): Promise<Shard[]>;
  /** @returns the same, by topic. Omits topics whose shards cannot be read within about 300 ms. */
  availableShards(topics: readonly string[]): Promise<Map<string, Shard[]>>;
  /**
   * @returns at most {@link CONNECTIONS_PER_READ} connections of a shard, from its start or after a cursor. If many records
   * have expired, fewer or none, and a cursor.
   */
  subscribers(shard: Shard, after?: string): Promise<Subscribers>;
  /** @returns the number of connections that are subscribed to a topic */
  presence(topic: string): Promise<Presence>;
  /**
   * Removes a connection for which API Gateway returned 410 (Gone), with its subscriptions. A connection younger than 30
   * seconds is kept, because API Gateway also returns 410 while it is opening.
   */
  forget(connection: Connection): Promise<void>;
}

/** A connection that was opened with a ticket. */
export interface Opened {
  principal: Principal;
  /** Time at which the connection's bucket of frames is full, in milliseconds since 1970. */
  fullAt: number;
  /** Number of the slot that the connection takes from its subject. */
  slot: number;
}

/** Opens connections with tickets. */
export interface ConnectionOpener {
  /**
   * Consumes the ticket and opens the connection, atomically. A ticket opens one connection. If the subject has the maximum
   * number of connections, one of the quarter that has sent no frame for the longest time is closed.
   *
   * @param hash hash of the ticket
   * @param origins origins to which the ticket can have been issued: that of the page that opens the connection, `''` for none
   * @returns `unauthorized`: the ticket does not exist, has expired, was used, or is for another origin, or its subject has
   * logged out.
   */
  open(connection: Connection, hash: string, origins: readonly string[]): Promise<Opened | 'unauthorized'>;
}

/** Issues tickets and logs subjects out. Used by the HTTP lane. */
export interface TicketIssuer {
  /**
   * Stores a ticket by its hash. If the subject gets tickets faster than `fullStarts` allows, its connection starts with an
   * empty bucket of frames.
   *
   * @returns `revoked` if its subject has logged out since the token was issued
   */
  mint(hash: string, ticket: Ticket): Promise<'minted' | 'revoked'>;
  /**
   * Logs a subject out: tokens issued until now get no tickets, and their connections are closed within seconds. Does nothing
   * if the principal's own token is revoked already.
   */
  revoke(principal: Principal): Promise<void>;
}

/** Rate limits of subjects, shared by both lanes. */
export interface RateLimits {
  /**
   * Counts a request before it is performed.
   *
   * @param cost - of the request, 1 or more: a publish costs 1. @default 1
   * @returns seconds to wait if the rate limit is exceeded
   */
  spend(principal: Principal, cost?: number): Promise<'spent' | { retryAfter: number }>;
  /**
   * Counts the rest of the cost of a request that was performed, always, also beyond the rate limit: later requests wait
   * until all charges are paid.
   *
   * @param cost - at most the burst is counted
   */
  charge(principal: Principal, cost: number): Promise<void>;
}

export interface Outbox {
  /** Sends a text to a connection. `busy`: retry later. The text may have arrived. */
  post(connectionId: string, text: string): Promise<'sent' | 'gone' | 'busy'>;
  /**
   * Packs messages in the order of {@link inOrder} into texts to post.
   *
   * @default - frames for a client
   */
  pack?(messages: readonly Message[]): Frame[];
}

export interface ConnectionCloser {
  /** Closes a connection. `closed`: also if it was closed before. `busy`: retry later. */
  close(connectionId: string): Promise<'closed' | 'busy'>;
}

export interface CloseRequests {
  /** Requests that a connection is closed within seconds. */
  close(connection: Connection): Promise<void>;
}

/**
 * Messages and their recipients: all shards of a topic, a range of them, a shard from a cursor on, or a list of connections.
 * Messages of a topic are in order.
 */
export interface Delivery {
  messages: Message[];
  to: { topic: string } | { shards: ShardRange } | { shard: Shard; after?: string } | { connections: Connection[] };
  /** Number of earlier attempts. */
  attempt?: number;
  /**
   * True if earlier attempts had no time to post to these connections, or sent no frame of the delivery at all. Its latency is still to
   * be measured. Nothing else depends on it.
   */
  unmeasured?: true;
}

/** Deliveries that a queue did not accept. */
export interface Rejected {
  /** Can be accepted later. */
  transient: Delivery[];
  /** Are never accepted. */
  permanent: Delivery[];
}

export interface DeliveryQueue {
  /** @param delaySeconds delay of the deliveries, whole seconds, 0 to 900. */
  enqueue(deliveries: readonly Delivery[], delaySeconds?: number): Promise<Rejected>;
}

/** Queue for what failed on its own. An operator reads it. */
export interface DeadLetters {
  /** Adds a text. Throws if it could not be added. */
  add(json: string): Promise<void>;
}
