import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { REFUSAL_REASONS } from '../../../lambda/metrics';
import type { LaneFunction } from '../../functions/lane-function';
import { refusalMetric } from '../../metrics/lane-metric';
import type { Axis, Graph } from './row';

const MINUTE = Duration.minutes(1);

/** @returns options of a metric: each of the dashboard has a label, a period of 1 minute, and a statistic. @default - the sum */
export function labeled(label: string, options: MetricOptions = {}): MetricOptions {
  return { label, period: MINUTE, statistic: Stats.SUM, ...options };
}

/**
 * @returns an expression of one metric. CloudWatch lengthens the period with the range of the dashboard, so a rate must divide by
 *   `PERIOD()`, and a metric without a value must be filled
 */
export function derived(label: string, expression: string, usingMetrics: Record<string, IMetric>): MathExpression {
  return new MathExpression({ label, expression, usingMetrics, period: MINUTE });
}

/** @returns the median and the 99th percentile */
export function percentiles(of: (options: MetricOptions) => IMetric): IMetric[] {
  return [50, 99].map((percentile) => of(labeled(`p${percentile}`, { statistic: Stats.percentile(percentile) })));
}

/** @returns a metric of each function, labeled with the id of its construct */
export function eachFunction(
  functions: readonly LaneFunction[],
  metricName: 'Errors' | 'Throttles' | 'ConcurrentExecutions',
): IMetric[] {
  const statistic = metricName === 'ConcurrentExecutions' ? Stats.MAXIMUM : Stats.SUM;
  return functions.map((fn) => fn.function.metric(metricName, labeled(fn.node.id, { statistic })));
}

/** @returns the throttled reads and writes of a table */
export function throttledTable(table: ITable | undefined, name: string): IMetric[] {
  return table
    ? [
        table.metric('ReadThrottleEvents', labeled(`${name}: reads`)),
        table.metric('WriteThrottleEvents', labeled(`${name}: writes`)),
      ]
    : [];
}

/** @returns the write units of a table, which DynamoDB bills */
export function writeUnits(table: ITable, name: string): Axis {
  return {
    label: 'write units',
    metrics: [table.metric('ConsumedWriteCapacityUnits', labeled(`${name}: write units`))],
  };
}

/** @returns the handshakes, frames and requests that a lane refused, by their reason */
export function refusals(lane: string): Graph {
  return {
    left: { label: 'refused', metrics: REFUSAL_REASONS.map((reason) => refusalMetric(lane, reason, labeled(reason))) },
  };
}
