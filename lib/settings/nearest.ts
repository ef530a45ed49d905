import { closest } from 'fastest-levenshtein';

/** @returns the candidate nearest to the value: by difference if all are numbers, else by edits. There must be one. */
export function nearest<T extends string | number>(value: unknown, candidates: readonly T[]): T {
  const [first, ...others] = candidates;
  if (first === undefined) throw new Error('nearest must have candidates');
  if (typeof value === 'number') {
    const difference = (candidate: T) => Math.abs(Number(candidate) - value);
    return others.reduce((best, other) => (difference(other) < difference(best) ? other : best), first);
  }
  const name = closest(String(value), candidates.map(String));
  return others.find((other) => String(other) === name) ?? first;
}
