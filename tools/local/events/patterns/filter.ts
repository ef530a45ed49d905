import { eventPattern, type Pattern } from './event-pattern';
import type { Json } from './json';

/** The filter criteria of a mapping: a record passes if any pattern matches it, or if there are no patterns. */
export function filterOf(patterns: readonly string[]): (record: object) => boolean {
  const compiled = patterns.map((pattern) => eventPattern(pattern));
  return (record) => passes(compiled, record as Json);
}

/**
 * The filter criteria of a mapping of a queue. A pattern with keys of the body applies to its JSON, and drops messages without
 * JSON. A pattern with plain text for the body drops messages with JSON.
 */
export function messageFilterOf(patterns: readonly string[]): (record: { readonly body: string }) => boolean {
  const compiled = patterns.map((pattern) => eventPattern(pattern));
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
