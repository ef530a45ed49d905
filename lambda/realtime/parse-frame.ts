import {
  type ClientFrame,
  type ErrorFrame,
  INVALID_TOPIC,
  isMessageId,
  isTopic,
  type Json,
  Limit,
  type Refusal,
} from '../../client/protocol';
import { inexactValue } from './exact-json';

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
