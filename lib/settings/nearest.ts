import { distance } from 'fastest-levenshtein';

/** Maximum number of edits between a mistyped word and the intended one. */
const MOST_EDITS = 2;

/** @returns the candidate that was probably intended: at most two edits away in lower case. `undefined` if none is that close */
export function nearestWord(value: unknown, candidates: readonly string[]): string | undefined {
  const word = asText(value).toLowerCase();
  const editsTo = (candidate: string) => distance(candidate.toLowerCase(), word);
  const [best] = [...candidates].sort((a, b) => editsTo(a) - editsTo(b));
  return best !== undefined && editsTo(best) <= MOST_EDITS ? best : undefined;
}

/** @returns the candidate nearest to the number, or the first of two at the same distance. Throws if there is no candidate */
export function nearestNumber(value: number, candidates: readonly number[]): number {
  return candidates.reduce((best, candidate) =>
    Math.abs(candidate - value) < Math.abs(best - value) ? candidate : best,
  );
}

/** @returns a string unchanged, or another value as JSON. `String` would throw for `{ "toString": false }` */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
