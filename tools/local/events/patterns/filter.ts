import { eventPattern, type Pattern } from './event-pattern';
import type { Json } from './json';

/** The filter criteria of a mapping: a record passes if any pattern matches it, or if there is none. */
export function filterOf(patterns: readonly string[]): (record: object) => boolean {
  const compiled = patterns.map(eventPattern);
  return (record) => passes(compiled, record as Json);
}

/**
 * The same for a queue's messages. A pattern that looks into the body meets the JSON in it, and drops what is none; a pattern of
 * plain text for the body drops JSON.
 */
export function messageFilterOf(patterns: readonly string[]): (record: { readonly body: string }) => boolean {
  const compiled = patterns.map(eventPattern);
  return (record) => passes(compiled, { ...record, body: jsonOrText(record.body) });
}

function passes(patterns: readonly Pattern[], document: Json): boolean {
  return patterns.length === 0 || patterns.some((pattern) => pattern(document));
}

function jsonOrText(body: string): Json {
  try {
    const parsed = JSON.parse(body) as Json;
    return typeof parsed === 'object' ? parsed : body;
  } catch {
    return body;
  }
}
