/** @returns the smallest value that at least this share of the values does not exceed (0.99 for p99); NaN if there are no values */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** @returns the middle value, or the mean of the two middle values; NaN if there are no values */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}

/** Estimate of the middle of a distribution, with its 90 % interval. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Hodges-Lehmann estimate. */
export function hodgesLehmann(values: readonly number[]): Interval {
  const walsh = values.flatMap((a, i) => values.slice(i).map((b) => (a + b) / 2)).sort((a, b) => a - b);
  const n = values.length;
  const drop = Math.max(0, Math.floor((n * (n + 1)) / 4 - 1.645 * Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24)));
  return {
    estimate: median(walsh),
    low: walsh[drop] ?? Number.NaN,
    high: walsh[walsh.length - 1 - drop] ?? Number.NaN,
  };
}
