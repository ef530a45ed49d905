import {
  type ClientFrame,
  type ErrorFrame,
  INVALID_TOPIC,
  type Json,
  Limit,
  type Refusal,
} from '../../client/protocol';
import { CLIENT_FRAMES, REF, SUBSCRIBE_TOPICS, TOPIC } from './client-frame-schemas';
import { inexactValue } from './exact-json';
import { type Mismatch, mismatch } from './schema';

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
    return { error: errorFrame(refusal, mismatch(REF, fields.ref) ? undefined : (fields.ref as string)) };
  }
  return { frame: value as ClientFrame };
}

export function errorFrame(refusal: Refusal, ref?: string, retryAfter?: number): ErrorFrame {
  return { type: 'error', ...refusal, ref, retryAfter };
}

function refuseFields(fields: Record<string, unknown>): Refusal | undefined {
  const { action } = fields;
  if (typeof action !== 'string' || !Object.hasOwn(CLIENT_FRAMES, action)) {
    return { code: 'unknown_action', message: `action must be one of ${Object.keys(CLIENT_FRAMES).join(', ')}` };
  }
  const severalTopics = action === 'subscribe' && Object.hasOwn(fields, 'topics');
  const schema = severalTopics ? SUBSCRIBE_TOPICS : CLIENT_FRAMES[action as ClientFrame['action']];
  const found = mismatch(schema, fields);
  if (found) {
    return refusalOf(found);
  }
  return action === 'publish' ? refuseData(fields.data as Json) : undefined;
}

function refusalOf({ schema, key, reason }: Mismatch): Refusal {
  if (schema === TOPIC) {
    return INVALID_TOPIC;
  }
  const problem = {
    unknown: `"${key.slice(0, 64)}" is not a key of ${schema.title}`,
    missing: `${key} is required`,
    value: `${key} must be ${schema.title}`,
  };
  return { code: 'invalid_frame', message: problem[reason] };
}

function isDeeperThan(levels: number, value: Json): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
