import { MAPPING_OPERATORS, type Operators, type Test, testOf } from './comparison';
import type { Json } from './json';

/** A test of a document. */
export type Pattern = (document: Json | undefined) => boolean;

/**
 * Parses an event pattern: objects nest (AND), arrays list allowed values (OR), `$or` lists patterns.
 *
 * @param json - the pattern as text
 * @param operators - that the pattern can have: event source mappings accept a subset of those of EventBridge
 * @returns the pattern. Throws an error with the part of the pattern that is not supported
 */
export function eventPattern(json: string, operators: Operators = MAPPING_OPERATORS): Pattern {
  return objectPattern(JSON.parse(json) as Json, '', operators);
}

function objectPattern(pattern: Json, path: string, operators: Operators): Pattern {
  if (!isObject(pattern)) {
    throw new Error(
      `event pattern: ${path || 'the whole'} must be an object or an array, got ${JSON.stringify(pattern)}`,
    );
  }
  const members = Object.entries(pattern).map(([key, value]) => memberPattern(key, value, `${path}.${key}`, operators));
  const matches: Pattern = (document) =>
    // One element of a list must match all members.
    Array.isArray(document) ? document.some(matches) : members.every((member) => member(document));
  return matches;
}

function memberPattern(key: string, pattern: Json, path: string, operators: Operators): Pattern {
  if (key === '$or' && Array.isArray(pattern)) {
    const choices = pattern.map((choice) => objectPattern(choice, path, operators));
    return (document) => choices.some((choice) => choice(document));
  }
  const member = Array.isArray(pattern)
    ? valuePattern(pattern, path, operators)
    : objectPattern(pattern, path, operators);
  return (document) => member(isObject(document) ? document[key] : undefined);
}

/** A list of allowed values. If the value is a list itself, one of its elements must match. */
function valuePattern(allowed: readonly Json[], path: string, operators: Operators): Pattern {
  const tests = allowed.map((one): Test => testOf(one, path, operators));
  return (value) => {
    const values = Array.isArray(value) && value.length > 0 ? value : [value];
    return tests.some((test) => values.some((one) => test(one)));
  };
}

function isObject(value: unknown): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
