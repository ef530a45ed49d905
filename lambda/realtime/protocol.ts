/**
 * The protocol between a client and the WebSocket lane, published in docs/protocol.md. The functions, the service, the
 * browser client and the tests share this file, so it imports nothing and runs anywhere.
 */

/** The version, offered and chosen as the WebSocket subprotocol. A change a client could notice gets a new name. */
export const PROTOCOL = 'twinlane.v1';

export const Limit = {
  /** Bytes of one frame: API Gateway's largest, and the unit it charges for. A larger frame is closed with 1009. */
  FRAME_BYTES: 32 * 1024,
  /**
   * Bytes of a message's data, written as JSON in UTF-8. What is left of a frame, 1024 bytes, holds all the rest of
   * the largest frame: a `publish` with topic (128), id (64), a ref of escapes (64 × 6) and its keys is 632 bytes.
   */
  DATA_BYTES: 31 * 1024,
  /** Arrays and objects inside each other, so that no reader runs out of stack. */
  DATA_DEPTH: 64,
  TOPIC_LENGTH: 128,
  MESSAGE_ID_LENGTH: 64,
  /** UTF-16 code units, as JavaScript counts them. */
  REF_LENGTH: 64,
  /** Subscriptions of one connection: as many as one ping can ask about. */
  SUBSCRIPTIONS: 100,
  /** Topics of one ping: as many heads as DynamoDB reads in one BatchGetItem. */
  PING_TOPICS: 100,
  /** Messages of one page of history. */
  PAGE_MESSAGES: 100,
  /**
   * Bytes of data in one page of history, or one message if that is more. A load balancer takes 1 MB from a function,
   * as a JSON string: escaping can double it, and the rest of 100 messages takes some 30 KB.
   */
  PAGE_BYTES: 384 * 1024,
} as const;

/** Every error code, for frames and for HTTP problems (`urn:twinlane:problem:{code}`). */
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

/** Any value JSON can write. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * A place in a topic. Sequences count 1, 2, 3 without a gap within an epoch; an epoch names one numbering, by a random
 * id made with the topic's first message.
 */
export interface Position {
  epoch: string;
  sequence: number;
}

/** The position of a topic without messages: it has no numbering yet. */
export const START: Position = { epoch: '', sequence: 0 };

/** One entry of the message log. */
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
  | { action: 'unsubscribe'; topic: string }
  | { action: 'publish'; topic: string; data: Json; id?: string }
  | { action: 'ping'; topics?: string[] }
  | { action: 'presence'; topic: string }
);

/** Why something is refused: a code for programs, a sentence for people. */
export interface Refusal {
  code: ErrorCode;
  message: string;
}

/** `retryAfter` is in seconds, and there if the same frame may succeed later. */
export type ErrorFrame = Refusal & { type: 'error'; ref?: string; retryAfter?: number };

/** Number of connections that are subscribed to a topic, counted, or estimated from some of them. */
export interface Presence {
  subscribers: number;
  /** True if each connection was counted. Some of them can be gone, for up to 2 hours and 10 minutes. */
  exact: boolean;
}

/**
 * A frame that a client receives: the answer to each frame that it sends, and each new message of its topics, in a `message`
 * or, with others for the same connection, in one `messages`, in order for each topic.
 */
export type ServerFrame =
  | ({ type: 'subscribed'; topic: string; ref?: string } & Position)
  | { type: 'unsubscribed'; topic: string; ref?: string }
  | ({ type: 'published'; ref?: string } & Omit<Message, 'data'>)
  | { type: 'pong'; positions: Record<string, Position>; ref?: string }
  | ({ type: 'presence'; topic: string; ref?: string } & Presence)
  | ({ type: 'message' } & Message)
  | { type: 'messages'; messages: Message[] }
  | ErrorFrame;

/** Letters and digits in segments joined by one of `. _ : -`, at most {@link Limit.TOPIC_LENGTH} characters. */
export function isTopic(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= Limit.TOPIC_LENGTH && /^[A-Za-z0-9]+([._:-][A-Za-z0-9]+)*$/.test(value)
  );
}

/** Letters, digits, `_` and `-`, 1 to {@link Limit.MESSAGE_ID_LENGTH} characters. */
export function isMessageId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= Limit.MESSAGE_ID_LENGTH && /^[A-Za-z0-9_-]+$/.test(value);
}

/** @returns why `data` cannot be published, or undefined if it can. */
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
 * Reads what a client sent. Never throws: a text that is not a frame gives the error frame to answer with, which
 * carries the client's `ref` where one can be read.
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
  const refusal = refuseFields(fields);
  if (refusal) {
    return { error: errorFrame(refusal, isRef(fields.ref) ? fields.ref : undefined) };
  }
  return { frame: value as ClientFrame };
}

export function errorFrame(refusal: Refusal, ref?: string, retryAfter?: number): ErrorFrame {
  return { type: 'error', ...refusal, ref, retryAfter };
}

/** The keys of each action, beside `action` and `ref`. */
const KEYS: Record<ClientFrame['action'], readonly string[]> = {
  subscribe: ['topic'],
  unsubscribe: ['topic'],
  publish: ['topic', 'data', 'id'],
  ping: ['topics'],
  presence: ['topic'],
};

function refuseFields(fields: Record<string, unknown>): Refusal | undefined {
  const { action, topic, topics, id, ref } = fields;
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
