import { distance } from 'fastest-levenshtein';

/**
 * @returns the candidate nearest to the value: two numbers are as far apart as their difference, anything else as the
 * edits between them in lower case. Throws if there is no candidate.
 */
export function nearest<T extends string | number>(value: unknown, candidates: readonly T[]): T {
  const distanceTo = (candidate: T) =>
    typeof candidate === 'number' && typeof value === 'number'
      ? Math.abs(candidate - value)
      : distance(String(candidate).toLowerCase(), asText(value).toLowerCase());
  return candidates.reduce((best, candidate) => (distanceTo(candidate) < distanceTo(best) ? candidate : best));
}

/** @returns a string as it is, and any other JSON as it is written: `String` throws at `{ "toString": false }`. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
