/**
 * Data point of a period, from the values that were published in it.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 *
 * @param statistic - `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount` or a percentile: `p99`, `p99.9`
 * @returns undefined without values
 * @throws Error for another statistic
 */
export function statisticOf(statistic: string, values: readonly number[]): number | undefined {
  const percentile = percentileOf(statistic);
  const compute = percentile === undefined ? STATISTICS[statistic] : atPercentile(percentile);
  if (!compute) {
    throw new Error(`unknown statistic: ${statistic}`);
  }
  if (values.length === 0) {
    return undefined;
  }
  const known = computed.get(values) ?? new Map<string, number>();
  computed.set(values, known);
  const value = known.get(statistic) ?? compute(values);
  known.set(statistic, value);
  return value;
}

/** Results by list of values: the same list is evaluated many times. */
const computed = new WeakMap<readonly number[], Map<string, number>>();

/** @returns 99 for `p99`; undefined for a statistic that is no percentile */
export function percentileOf(statistic: string): number | undefined {
  const percentile = Number(/^p(\d{1,2}(\.\d+)?|100)$/.exec(statistic)?.[1]);
  return Number.isNaN(percentile) ? undefined : percentile;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: sum,
  Average: (values) => sum(values) / values.length,
  Minimum: (values) => values.reduce((least, value) => Math.min(least, value)),
  Maximum: (values) => values.reduce((most, value) => Math.max(most, value)),
  SampleCount: (values) => values.length,
};

/** The nearest rank. CloudWatch interpolates, so cases must not depend on values between two ranks. */
function atPercentile(percentile: number) {
  return (values: readonly number[]) => {
    const sorted = values.toSorted((one, other) => one - other);
    return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)] ?? Number.NaN;
  };
}
