/**
 * Interfaces of the decisions to storage, queue and gateway, each as small as its callers need. The adapters implement
 * them, and the suites in test/contracts specify them. Only the results given here cross a port, never an SDK's error.
 */
import type { Principal } from './principal';
import type { Message, Position, Presence } from './protocol';
import type { Ticket } from './tickets';

/** Time and chance, so that a decision can be replayed. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  wait(milliseconds: number): Promise<void>;
  /** At least 0, less than 1. */
  random(): number;
}

/** Thrown by any port that cannot answer now and may be able to later: throttled, timed out, or a lost race. */
export class Unavailable extends Error {
  /** @param retryAfter when to try again, in seconds. */
  constructor(readonly retryAfter = 1) {
    super('Temporarily unavailable');
    this.name = 'Unavailable';
  }
}

/** A message before the log has numbered it. */
export type Draft = Omit<Message, keyof Position>;

/** Messages after a position, oldest first. */
export interface History extends Position {
  /** False if something after the position asked for is no longer there, or the position never was. */
  recovered: boolean;
  messages: Message[];
}

export interface MessageLog {
  /**
   * Numbers and keeps a message, durably. The same id with the same data gives the first answer again, for as long as
   * messages are kept; with other data, `conflict`.
   */
  append(draft: Draft): Promise<Message | 'conflict'>;
  /** @returns the head's position, and at most `limit` messages after the sequence `after`. */
  read(topic: string, after: number, limit: number): Promise<History>;
  /** @returns the head's position of every topic asked for, at most 100. */
  positions(topics: string[]): Promise<Record<string, Position>>;
}

/** An open connection. */
export interface Connection {
  id: string;
  /** Time at which API Gateway opened the connection, in milliseconds since 1970. */
  connectedAt: number;
  /** Time at which the authorization expires, in seconds since 1970. It never expires if this is left out. */
  authorizedUntil?: number;
}

/** An open connection of a subject. */
export interface OpenConnection extends Connection {
  /** Time at which the token of the connection was issued, in seconds since 1970. */
  issuedAt: number;
}

/** A part of a topic's subscribers, who are in one of its shards each. */
export interface Shard {
  topic: string;
  number: number;
}

/** Connections that are read, and posted to, in one piece: all of a shard, unless it is too full. */
export const CONNECTIONS_PER_READ = 250;

export interface Subscribers {
  connections: Connection[];
  /** The cursor to read on from, if there are more. */
  next?: string;
}

export interface Connections {
  /** Opens a connection for anyone. */
  connect(connection: Connection): Promise<void>;
  /**
   * Counts a frame against what a connection may send.
   *
   * @returns for whom the connection was opened; or that it is closing, that its authorization has ended, or in how many
   * seconds it may send again.
   */
  accept(connection: Connection): Promise<Principal | 'not_connected' | 'unauthorized' | { retryAfter: number }>;
  /** Removes the connection and its subscriptions. */
  disconnect(connection: Connection): Promise<void>;
  /** Subscribing again changes nothing. */
  subscribe(connection: Connection, topic: string): Promise<'subscribed' | 'subscription_limit' | 'not_connected'>;
  unsubscribe(connection: Connection, topic: string): Promise<void>;
  /** The open connections of a subject. */
  connectionsOf(principal: Pick<Principal, 'subject' | 'tenant'>): Promise<OpenConnection[]>;
  /** @returns every shard that may hold a subscriber of these topics, at most 100 of them; none where there is no subscriber. */
  shards(topics: readonly string[]): Promise<Shard[]>;
  /** @returns the first connections of a shard, or the first after a cursor: at most {@link CONNECTIONS_PER_READ}. */
  subscribers(shard: Shard, after?: string): Promise<Subscribers>;
  /** @returns the number of connections that are subscribed to a topic */
  presence(topic: string): Promise<Presence>;
  /**
   * Removes a connection that API Gateway says is gone, with its subscriptions. A connection younger than 30 seconds
   * stays: it is reported gone also while it is being opened.
   */
  forget(connection: Connection): Promise<void>;
}

/** Opens connections with tickets. */
export interface ConnectionOpener {
  /**
   * Consumes the ticket and opens the connection, both or neither. Of many who bring the same ticket one gets in; the
   * same connection may ask again.
   *
   * @param hash of the ticket
   * @param origin of the page that opens the connection, `''` if there is none
   * @returns `unauthorized`: no such ticket, or not any more, or not from there, or its subject has logged out.
   * `rate_limited`: the subject has as many connections as it may have.
   */
  open(connection: Connection, hash: string, origin: string): Promise<'connected' | 'unauthorized' | 'rate_limited'>;
}

/** Issues tickets and logs subjects out. The HTTP lane uses it, and the WebSocket lane acts on it. */
export interface TicketIssuer {
  /** Keeps a ticket by its hash. @returns `revoked` if its subject has logged out since the token was issued */
  mint(hash: string, ticket: Ticket): Promise<'minted' | 'revoked'>;
  /** Logs a subject out: no ticket for tokens issued up to now, and their connections are closed soon after. */
  revoke(principal: Principal): Promise<void>;
}

/** Rate limits of subjects, over both lanes. */
export interface RateLimits {
  /** Counts a publish or a ticket. @returns in how many seconds the subject may ask again, if it has asked too much */
  spend(principal: Principal): Promise<'spent' | { retryAfter: number }>;
}

export interface Outbox {
  /** Sends a text to a connection. `busy`: try again later, and it may have arrived. */
  post(connectionId: string, text: string): Promise<'sent' | 'gone' | 'busy'>;
}

export interface ConnectionCloser {
  /** Closes a connection. `closed` also if it was; `busy`: try again later. */
  close(connectionId: string): Promise<'closed' | 'busy'>;
}

export interface CloseRequests {
  /** Has a connection closed, soon after. */
  close(connection: Connection): Promise<void>;
}

/** Messages, of one topic in their order, and who gets them: subscribers from a cursor on, or connections by name. */
export interface Delivery {
  messages: Message[];
  to: { shard: Shard; after?: string } | { connections: Connection[] };
  /** Number of earlier attempts. */
  attempt?: number;
}

export interface DeliveryQueue {
  /**
   * @param delaySeconds how long they are kept back, whole seconds, 0 to 900.
   * @returns the deliveries that were not accepted.
   */
  enqueue(deliveries: readonly Delivery[], delaySeconds?: number): Promise<Delivery[]>;
}
