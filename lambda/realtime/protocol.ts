/**
 * Protocol between a client and the WebSocket lane, documented in docs/protocol.md. The functions, the service, the
 * browser client and the tests share this file, so it has no dependencies and runs in any environment.
 */
import { inexactValue } from './exact-json';

/** Version of the protocol, negotiated as the WebSocket subprotocol. A change that a client could notice gets a new name. */
export const PROTOCOL = 'twinlane.v1';

export const Limit = {
  /** Maximum bytes of a frame in API Gateway, and its unit of billing. A larger frame closes the connection with 1009. */
  FRAME_BYTES: 32 * 1024,
  /**
   * Maximum bytes of a message's data as JSON in UTF-8. The remaining 1024 bytes of a frame suffice for all other fields:
   * a `publish` with topic (128), id (64), a ref of escapes (64 × 6) and its keys takes 632 bytes.
   */
  DATA_BYTES: 31 * 1024,
  /** Maximum nesting of arrays and objects. It prevents a stack overflow in readers. */
  DATA_DEPTH: 64,
  TOPIC_LENGTH: 128,
  MESSAGE_ID_LENGTH: 64,
  /** In UTF-16 code units, the unit of `length` in JavaScript. */
  REF_LENGTH: 64,
  /** Maximum number of subscriptions of a connection: as many as a ping can list. */
  SUBSCRIPTIONS: 100,
  /** Maximum number of topics of a ping: as many heads as DynamoDB reads in one BatchGetItem. */
  PING_TOPICS: 100,
  /** Maximum number of messages of a page of history. */
  PAGE_MESSAGES: 100,
  /**
   * Maximum bytes of data in a page of history, unless it is a single message. A load balancer accepts 1 MB from a
   * function, as a JSON string: escaping can double the data, and the other fields of 100 messages take about 30 KB.
   */
  PAGE_BYTES: 384 * 1024,
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

/** An error. `retryAfter` is in seconds, and present if the same frame can succeed later. */
export type ErrorFrame = Refusal & { type: 'error'; ref?: string; retryAfter?: number };

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
  | ({ type: 'subscribed'; topic: string; ref?: string } & Position & {
        /** Identifies this subscription in an `unsubscribe` frame. */
        subscription: string;
        /** Time until which the connection is authorized, in ISO 8601. Absent if clients are not authenticated. */
        authorizedUntil?: string;
      })
  | { type: 'unsubscribed'; topic: string; ref?: string }
  | ({ type: 'published'; ref?: string } & Omit<Message, 'data'>)
  | { type: 'pong'; positions: Record<string, Position>; ref?: string }
  | ({ type: 'presence'; topic: string; ref?: string } & Presence)
  | ({ type: 'message' } & Message)
  | { type: 'messages'; messages: Message[] }
  | ErrorFrame;

/** Checks a topic: letters and digits in segments joined by one of `. _ : -`, at most {@link Limit.TOPIC_LENGTH} characters. */
export function isTopic(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= Limit.TOPIC_LENGTH && /^[A-Za-z0-9]+([._:-][A-Za-z0-9]+)*$/.test(value)
  );
}

/** Checks a message id: letters, digits, `_` and `-`, 1 to {@link Limit.MESSAGE_ID_LENGTH} characters. */
export function isMessageId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= Limit.MESSAGE_ID_LENGTH && /^[A-Za-z0-9_-]+$/.test(value);
}

/** Checks that `data` can be published. @returns the refusal, or undefined if it can */
export function refuseData(data: Json): Refusal | undefined {
  if (isDeeperThan(Limit.DATA_DEPTH, data)) {
    return { code: 'too_large', message: `data is nested deeper than ${Limit.DATA_DEPTH} levels` };
  }
  const bytes = new TextEncoder().encode(JSON.stringify(data)).length;
  if (bytes > Limit.DATA_BYTES) {
    return { code: 'too_large', message: `data takes ${bytes} bytes as JSON, the limit is ${Limit.DATA_BYTES}` };
  }
  return undefined;
}

/**
 * Parses a text from a client. Never throws: for an invalid text it returns the error frame to answer with, which has the
 * client's `ref` if one could be read.
 */
export function parseClientFrame(text: string): { frame: ClientFrame } | { error: ErrorFrame } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { error: errorFrame({ code: 'invalid_json', message: 'A frame must be a JSON object in a text frame.' }) };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { error: errorFrame({ code: 'invalid_frame', message: 'A frame must be a JSON object.' }) };
  }
  const fields = value as Record<string, unknown>;
  const inexact = inexactValue(text);
  const refusal: Refusal | undefined = inexact ? { code: 'invalid_frame', message: inexact } : refuseFields(fields);
  if (refusal) {
    return { error: errorFrame(refusal, isRef(fields.ref) ? fields.ref : undefined) };
  }
  return { frame: value as ClientFrame };
}

export function errorFrame(refusal: Refusal, ref?: string, retryAfter?: number): ErrorFrame {
  return { type: 'error', ...refusal, ref, retryAfter };
}

/** Keys of each action, in addition to `action` and `ref`. */
const KEYS: Record<ClientFrame['action'], readonly string[]> = {
  subscribe: ['topic'],
  unsubscribe: ['topic', 'subscription'],
  publish: ['topic', 'data', 'id'],
  ping: ['topics'],
  presence: ['topic'],
};

function refuseFields(fields: Record<string, unknown>): Refusal | undefined {
  const { action, topic, topics, subscription, id, ref } = fields;
  if (!isAction(action)) {
    return { code: 'unknown_action', message: `action must be one of ${Object.keys(KEYS).join(', ')}` };
  }
  const known = ['action', 'ref', ...KEYS[action]];
  const unknown = Object.keys(fields).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    return { code: 'invalid_frame', message: `"${unknown.slice(0, 64)}" is not a key of a ${action} frame` };
  }
  if (ref !== undefined && !isRef(ref)) {
    return { code: 'invalid_frame', message: `ref must be a string of at most ${Limit.REF_LENGTH} characters` };
  }
  if (action === 'ping') {
    return topics === undefined ? undefined : refuseTopics(topics);
  }
  if (!isTopic(topic)) {
    return INVALID_TOPIC;
  }
  if (action === 'unsubscribe' && subscription !== undefined && !isMessageId(subscription)) {
    return { code: 'invalid_frame', message: 'subscription must be that of a subscribed frame' };
  }
  if (action === 'publish') {
    if (id !== undefined && !isMessageId(id)) {
      return { code: 'invalid_frame', message: 'id must be 1 to 64 letters, digits, "_" and "-"' };
    }
    if (!('data' in fields)) {
      return { code: 'invalid_frame', message: 'data is required' };
    }
    return refuseData(fields.data as Json);
  }
  return undefined;
}

export const INVALID_TOPIC: Refusal = {
  code: 'invalid_topic',
  message: 'A topic must be letters and digits in segments joined by one of ". _ : -", at most 128 characters.',
};

function refuseTopics(topics: unknown): Refusal | undefined {
  if (!Array.isArray(topics) || topics.length > Limit.PING_TOPICS) {
    return { code: 'invalid_frame', message: `topics must be a list of at most ${Limit.PING_TOPICS} topics` };
  }
  return topics.every(isTopic) ? undefined : INVALID_TOPIC;
}

function isAction(value: unknown): value is ClientFrame['action'] {
  return typeof value === 'string' && Object.hasOwn(KEYS, value);
}

function isRef(value: unknown): value is string {
  return typeof value === 'string' && value.length <= Limit.REF_LENGTH;
}

function isDeeperThan(levels: number, value: Json): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
