import { JSONPath } from 'jsonpath-plus';

/**
 * A list of a JSON document. In a text, API Gateway writes it as JSON, and a list that a template creates as Java does [C].
 */
export class JsonList extends Array<unknown> {}

/** A path that can match more than one value: its result is a list, even if it matches one value or none. */
const INDEFINITE = /\.\.|\*|\[\s*\?|\[[^\]'"]*[,:]|\['[^']*'\s*,/;

/** @returns the JSON document, with its lists as {@link JsonList}. Throws if it is not JSON */
export function parseJson(text: string): unknown {
  return JSON.parse(text, (_key, value) => (Array.isArray(value) ? JsonList.from(value) : value));
}

/**
 * Evaluates a JSONPath: `$.a.b[0]`, `$..b`, `$.a[?(@.b > 1)]`. Expressions in filters are interpreted; nothing is compiled as code.
 *
 * @returns undefined if a path to a single value matches nothing. Throws if the path is invalid
 */
export function valueAt(path: string, json: unknown): unknown {
  const full = path.startsWith('$') ? path : `$.${path}`;
  if (full === '$') {
    return json;
  }
  if (typeof json !== 'object' || json === null) {
    return undefined;
  }
  const matches: unknown[] = JSONPath({ path: full, json, eval: 'safe', wrap: true }) ?? [];
  return INDEFINITE.test(full) ? JsonList.from(matches) : matches[0];
}
