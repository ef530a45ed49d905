/**
 * Protocol between a client and the WebSocket lane, documented in docs/protocol.md. The client, the functions, the service
 * and the tests share this file, so it has no dependencies and runs in any environment.
 */

/** Version of the protocol, negotiated as the WebSocket subprotocol. A change that a client could notice gets a new name. */
export const PROTOCOL = 'twinlane.v1';

/**
 * Maximum bytes of a message's data as JSON in UTF-8. The remaining 1024 bytes of a frame suffice for all other fields:
 * a `publish` with topic (128), id (64), a ref of escapes (64 × 6) and its keys takes 632 bytes.
 */
export const DATA_BYTES: number = 31_744;

/** Maximum nesting of arrays and objects in data. It prevents a stack overflow in readers. */
export const DATA_DEPTH: number = 64;

export const Limit = {
  /** Maximum bytes of a frame, and API Gateway's unit of billing. A larger frame closes the connection with 1009. */
  FRAME_BYTES: 32_768,
  DATA_BYTES: DATA_BYTES as number,
  DATA_DEPTH: DATA_DEPTH as number,
  TOPIC_LENGTH: 128,
  MESSAGE_ID_LENGTH: 64,
  /** In characters (Unicode code points), as in JSON Schema. */
  REF_LENGTH: 64,
  /** Maximum number of subscriptions of a connection, and of topics of a `subscribe` frame: as many as a ping can list. */
  SUBSCRIPTIONS: 100,
  /** Maximum number of topics of a ping: as many heads as DynamoDB reads in one BatchGetItem. */
  PING_TOPICS: 100,
  /** Maximum number of messages of a page of history. */
  PAGE_MESSAGES: 100,
  /**
   * Maximum bytes of data in a page of history, unless it is a single message. A load balancer accepts 1 MB from a
   * function, as a JSON string: escaping can double the data, and the other fields of 100 messages take about 30 KB.
   */
  PAGE_BYTES: 393_216,
} as const;

/** All error codes, for frames and for HTTP problems (`urn:twinlane:problem:{code}`). */
export const ERROR_CODES = [
  'invalid_json',
  'invalid_frame',
  'invalid_request',
  'invalid_topic',
  'unknown_action',
  'too_large',
  'conflict',
  'unauthorized',
  'forbidden',
  'rate_limited',
  'subscription_limit',
  'connection_limit',
  'not_connected',
  'not_found',
  'method_not_allowed',
  'unsupported_media_type',
  'unavailable',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * Position in a topic. Sequences are 1, 2, 3 without gaps within an epoch. An epoch is the random id of one numbering,
 * generated with the topic's first message.
 */
export interface Position {
  epoch: string;
  sequence: number;
}

/** Position of a topic without messages, which has no epoch yet. */
export const START: Position = { epoch: '', sequence: 0 };

/** A message of the message log. */
export interface Message extends Position {
  topic: string;
  id: string;
  data: Json;
  /** ISO 8601 in UTC with milliseconds. */
  publishedAt: string;
}

/** A frame that a client sends. The answer repeats `ref`. */
export type ClientFrame = { ref?: string } & (
  | { action: 'subscribe'; topic: string }
  /** 1 to {@link Limit.SUBSCRIPTIONS} different topics. */
  | { action: 'subscribe'; topics: string[] }
  /** With `subscription`, it ends only the subscription of that `subscribed` frame. */
  | { action: 'unsubscribe'; topic: string; subscription?: string }
  | { action: 'publish'; topic: string; data: Json; id?: string }
  | { action: 'ping'; topics?: string[] }
  | { action: 'presence'; topic: string }
);

/** Reason of a refusal: a code for programs and a message for people. */
export interface Refusal {
  code: ErrorCode;
  message: string;
}

/** A refusal in a frame. `retryAfter` is in seconds, and present if the same request can succeed later. */
export interface FrameRefusal extends Refusal {
  retryAfter?: number;
}

export type ErrorFrame = FrameRefusal & { type: 'error'; ref?: string };

/** Position of a topic when the subscription began. */
export interface Subscribed extends Position {
  /** Identifies this subscription in an `unsubscribe` frame. */
  subscription: string;
}

/** Time until which the connection is authorized, in ISO 8601. Absent if clients are not authenticated. */
interface Authorized {
  authorizedUntil?: string;
}

/** Number of connections that are subscribed to a topic, counted, or estimated from some of them. */
export interface Presence {
  subscribers: number;
  /** True if all connections were counted. The number can include broken connections, for up to 2 hours and 10 minutes. */
  exact: boolean;
}

/**
 * A frame that a client receives: an answer to a frame that it sent, or new messages of its topics. `message` contains one
 * message. `messages` contains several, in order for each topic.
 */
export type ServerFrame =
  | ({ type: 'subscribed'; topic: string; ref?: string } & Subscribed & Authorized)
  | ({ type: 'subscribed'; topics: Record<string, Subscribed | FrameRefusal>; ref?: string } & Authorized)
  | { type: 'unsubscribed'; topic: string; ref?: string }
  | ({ type: 'published'; ref?: string } & Omit<Message, 'data'>)
  | { type: 'pong'; positions: Record<string, Position>; ref?: string }
  | ({ type: 'presence'; topic: string; ref?: string } & Presence)
  | ({ type: 'message' } & Message)
  | { type: 'messages'; messages: Message[] }
  | ErrorFrame;

/** Form of a topic, without its maximum length. */
export const TOPIC_PATTERN: RegExp = /^[A-Za-z0-9]+([._:-][A-Za-z0-9]+)*$/;

/** Checks a topic: letters and digits in segments joined by one of `. _ : -`, at most {@link Limit.TOPIC_LENGTH} characters. */
export function isTopic(value: unknown): value is string {
  return typeof value === 'string' && value.length <= Limit.TOPIC_LENGTH && TOPIC_PATTERN.test(value);
}

export const INVALID_TOPIC: Refusal = {
  code: 'invalid_topic',
  message: 'A topic must be letters and digits in segments joined by one of ". _ : -", at most 128 characters.',
};

/** Form of a message id, without its maximum length. */
export const MESSAGE_ID_PATTERN: RegExp = /^[A-Za-z0-9_-]+$/;

/** Checks a message id: letters, digits, `_` and `-`, 1 to {@link Limit.MESSAGE_ID_LENGTH} characters. */
export function isMessageId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= Limit.MESSAGE_ID_LENGTH && MESSAGE_ID_PATTERN.test(value);
}
