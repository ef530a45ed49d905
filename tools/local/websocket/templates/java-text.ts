import { JsonList } from './json-path';

/** @returns the text of a value as Java writes it: `{a=1, b=[{"c":2}]}` for a map, and JSON for a list of a JSON document [C] */
export function javaText(value: unknown): string {
  if (value instanceof JsonList) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(javaText).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, inner]) => `${key}=${javaText(inner)}`)
      .join(', ')}}`;
  }
  return String(value);
}
