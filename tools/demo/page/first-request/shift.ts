import { type Estimate, median } from '../../../statistics';

/** Quantile of the normal distribution for an interval of 90 %. */
const Z = 1.645;

/**
 * Estimates by how much `changed` is greater than `base`: the Hodges-Lehmann estimate, and the interval that belongs to the rank sum test,
 * with its normal approximation.
 */
export function shift(base: readonly number[], changed: readonly number[]): Estimate {
  const differences = changed.flatMap((value) => base.map((other) => value - other)).sort((a, b) => a - b);
  const pairs = differences.length;
  const spread = Math.sqrt((pairs * (base.length + changed.length + 1)) / 12);
  const rank = Math.max(0, Math.floor(pairs / 2 - Z * spread));
  return {
    low: differences[rank] ?? Number.NaN,
    estimate: median(differences),
    high: differences[pairs - 1 - rank] ?? Number.NaN,
  };
}
