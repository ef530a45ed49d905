/**
 * What the decisions need from the world, each as small as its callers. The adapters make them real; the suites in
 * test/contracts say how each behaves. Only the results written here cross a port, never an SDK's error.
 */
import type { Message, Position, Presence } from './protocol';

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
    super('Unavailable for the moment');
    this.name = 'Unavailable';
  }
}

/** A message before the log has numbered it. */
export type Draft = Omit<Message, keyof Position>;

/** What followed a position, oldest first. */
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
  /** When API Gateway opened it, in milliseconds since 1970. */
  connectedAt: number;
}

export interface Connections {
  connect(connection: Connection): Promise<void>;
  /** Removes the connection and its subscriptions. */
  disconnect(connection: Connection): Promise<void>;
  /** Subscribing again changes nothing. */
  subscribe(connection: Connection, topic: string): Promise<'subscribed' | 'subscription_limit' | 'not_connected'>;
  unsubscribe(connection: Connection, topic: string): Promise<void>;
  /** The connections subscribed to a topic, page by page. */
  subscribers(topic: string): AsyncIterable<Connection[]>;
  /** How many connections are subscribed to a topic, best effort. */
  presence(topic: string): Promise<Presence>;
  /**
   * Removes a connection that API Gateway says is gone, with its subscriptions. A connection younger than 30 seconds
   * stays: it is reported gone also while it is being opened.
   */
  forget(connection: Connection): Promise<void>;
}

export interface Outbox {
  /** Sends a text to a connection. `busy`: try again later, and it may have arrived. */
  post(connectionId: string, text: string): Promise<'sent' | 'gone' | 'busy'>;
}

/** One frame for some connections. */
export interface Delivery {
  frame: string;
  connections: Connection[];
}

export interface DeliveryQueue {
  /** @returns the deliveries that were not accepted. */
  enqueue(deliveries: Delivery[]): Promise<Delivery[]>;
}
