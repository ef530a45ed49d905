import { Duration } from 'aws-cdk-lib';
import { MathExpression, type Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { LaneAlarm } from './lane-alarm';
import type { Thresholds } from './thresholds';

/** @returns the options of a metric with one value a minute. The CDK's own periods and statistics are others. */
export function perMinute(statistic: string): MetricOptions {
  return { period: Duration.minutes(1), statistic };
}

/** A sum over a minute. */
export const SUM = perMinute(Stats.SUM);

/** An average of a minute. */
export const AVERAGE = perMinute(Stats.AVERAGE);

/** The least value of a minute. */
export const LEAST = perMinute(Stats.MINIMUM);

/** The greatest value of a minute. */
export const GREATEST = perMinute(Stats.MAXIMUM);

/** @returns an expression with one value a minute */
export function expressionOf(expression: string, usingMetrics: Record<string, Metric>, label: string): MathExpression {
  return new MathExpression({ expression, usingMetrics, label, period: Duration.minutes(1) });
}

/** Metrics that an alarm can use: a limit of CloudWatch. */
export const METRICS_OF_AN_ALARM = 10;

/**
 * @returns the sum of up to {@link METRICS_OF_AN_ALARM} metrics, of which each may have no value. AWS advises against SUM in alarms.
 */
export function sumOf(metrics: readonly Metric[], label: string): MathExpression {
  const named = Object.fromEntries(metrics.map((metric, index) => [`m${index + 1}`, metric]));
  return expressionOf(
    Object.keys(named)
      .map((name) => `FILL(${name}, 0)`)
      .join(' + '),
    named,
    label,
  );
}

/**
 * @returns a percentile or an average of a metric, and 0 in a minute with few values: of these, one client can be a large share.
 * CloudWatch can also ignore a percentile of few values, but then these are fewer than 1,000 for the 99th percentile, and an alarm that
 * fired does not end in a quiet hour.
 */
export function unlessFew(
  metric: Metric,
  statistic: string,
  { leastRequests }: Thresholds,
  label: string,
): MathExpression {
  return expressionOf(
    `IF(FILL(samples, 0) > ${leastRequests}, value, 0)`,
    { samples: metric.with(perMinute(Stats.SAMPLE_COUNT)), value: metric.with(perMinute(statistic)) },
    label,
  );
}

/**
 * Makes an alarm that fires if `datapointsToAlarm` of the last periods breach. An expression with `FILL` must have more periods than
 * that: with each of them, it would never fire if the value of the last minute arrives late, because that is filled.
 */
export function outOf(
  datapointsToAlarm: number,
  evaluationPeriods: number,
): Pick<LaneAlarm, 'datapointsToAlarm' | 'evaluationPeriods'> {
  return { datapointsToAlarm, evaluationPeriods };
}
