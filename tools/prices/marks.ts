import type { Price } from './price';

/** A reason to check a price before one relies on it. */
export type Mark = 'no date' | 'older than a year' | 'from source' | 'secondary' | 'unverified';

const DAYS_OF_YEAR = 365;
const DAY_MILLISECONDS = 24 * 3600 * 1000;

/** @returns the marks of a price: how old it is on a day, and its standing if no price list has it; none for a recent documented one */
export function marksOf({ asOf, standing }: Pick<Price, 'asOf' | 'standing'>, today: Date): Mark[] {
  return [...markOfAge(asOf, today), ...(standing === 'documented' ? [] : [standing])];
}

function markOfAge(asOf: string | null, today: Date): Mark[] {
  if (asOf === null) {
    return ['no date'];
  }
  const midnight = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate());
  return (midnight - Date.parse(asOf)) / DAY_MILLISECONDS > DAYS_OF_YEAR ? ['older than a year'] : [];
}
