/** Ticks of a logarithmic axis: the powers of ten from below the smallest value, at least 0.1 and at most 1, to above the largest. */
export function ticksFor(values: readonly number[]): number[] {
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.max(0.1, Math.min(...positive, 1))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive, 1))));
  return Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
}

/** Position of a value on the axis, in percent. Values below the first tick are at its start. */
export function positionOf(value: number, ticks: readonly number[]): number {
  const [low = 1] = ticks;
  const high = ticks[ticks.length - 1] ?? 1;
  const position = (100 * Math.log10(Math.max(value, low) / low)) / Math.log10(high / low);
  return Math.round(Math.min(100, position) * 10) / 10;
}
