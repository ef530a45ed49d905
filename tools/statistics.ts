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

/** An estimate of a center, and the interval that contains it with the given confidence. */
export interface Estimate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Hodges-Lehmann estimate: the median of the means of all pairs of values, each value with itself included. Its interval inverts
 * Wilcoxon's signed-rank test with the exact distribution. A few outliers change neither much.
 *
 * @param confidence - of the interval; the exact distribution has steps, so the interval is at least as wide as that
 * @returns NaN as the estimate of no values; infinite bounds if there are too few values for the confidence (fewer than 5 for 0.9)
 */
export function hodgesLehmann(values: readonly number[], confidence = 0.9): Estimate {
  const means = values
    .flatMap((value, index) => values.slice(index).map((other) => (value + other) / 2))
    .sort((a, b) => a - b);
  const outside = ranksOutside(values.length, (1 - confidence) / 2);
  return {
    estimate: median(means),
    low: means[outside] ?? Number.NEGATIVE_INFINITY,
    high: outside < 0 ? Number.POSITIVE_INFINITY : (means[means.length - 1 - outside] ?? Number.POSITIVE_INFINITY),
  };
}

/** @returns the largest sum of signed ranks that has at most this probability, or a smaller one; -1 if even 0 is more probable */
function ranksOutside(count: number, probability: number): number {
  let chances = [1];
  for (let rank = 1; rank <= count; rank++) {
    const next = Array.from({ length: chances.length + rank }, () => 0);
    for (const [sum, chance] of chances.entries()) {
      next[sum] = (next[sum] ?? 0) + chance / 2;
      next[sum + rank] = (next[sum + rank] ?? 0) + chance / 2;
    }
    chances = next;
  }
  let sum = -1;
  for (let total = chances[0] ?? 1; total <= probability; total += chances[sum + 1] ?? 1) {
    sum++;
  }
  return sum;
}

/**
 * Times of a Poisson process: the gaps between them are exponential, so they keep step with nothing periodic.
 *
 * @param random - uniform from 0 to below 1
 * @returns milliseconds after the start, ascending
 */
export function poissonTimes(perSecond: number, seconds: number, random: () => number = Math.random): number[] {
  const times: number[] = [];
  const gap = () => (-Math.log(1 - random()) * 1000) / perSecond;
  for (let time = gap(); time < seconds * 1000; time += gap()) {
    times.push(time);
  }
  return times;
}
