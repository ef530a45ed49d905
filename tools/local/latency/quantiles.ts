/** Quantiles of a distribution in milliseconds: pairs of a share from 0 to 1, ascending, and its value. At least one. */
export type Quantiles = readonly (readonly [share: number, milliseconds: number])[];

/**
 * @param share - 0 to 1
 * @returns milliseconds: interpolated between two quantiles; the first or the last value outside of them, because nothing is known there
 */
export function valueAt(quantiles: Quantiles, share: number): number {
  const above = quantiles.findIndex(([each]) => each >= share);
  const [upperShare, upper] = quantiles.at(above) ?? [share, 0];
  const [lowerShare, lower] = (above > 0 && quantiles[above - 1]) || [upperShare, upper];
  return above > 0 ? lower + ((share - lowerShare) / (upperShare - lowerShare)) * (upper - lower) : upper;
}

/** @returns the distribution with another median, in which every value keeps its ratio to the median */
export function withMedian(quantiles: Quantiles, median: number): Quantiles {
  const factor = median / valueAt(quantiles, 0.5);
  return quantiles.map(([share, milliseconds]) => [share, milliseconds * factor]);
}
