import { distance } from 'fastest-levenshtein';

/** Edits by which a mistyped word may differ from the one that was meant. */
const MOST_EDITS = 2;

/** @returns the candidate that was probably meant: at most two edits away in lower case. `undefined` if none is so near */
export function nearestWord(value: unknown, candidates: readonly string[]): string | undefined {
  const word = asText(value).toLowerCase();
  const editsTo = (candidate: string) => distance(candidate.toLowerCase(), word);
  const [best] = [...candidates].sort((a, b) => editsTo(a) - editsTo(b));
  return best !== undefined && editsTo(best) <= MOST_EDITS ? best : undefined;
}

/** @returns the candidate nearest to the number, the first of two that are as near. Throws if there is no candidate */
export function nearestNumber(value: number, candidates: readonly number[]): number {
  return candidates.reduce((best, candidate) =>
    Math.abs(candidate - value) < Math.abs(best - value) ? candidate : best,
  );
}

/** @returns a string as it is, and any other JSON as it is written: `String` throws at `{ "toString": false }` */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
