import { Duration, Names } from 'aws-cdk-lib';
import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE, type MetricName, type RefusalReason } from '../../lambda/metrics';

export type { RefusalReason } from '../../lambda/metrics';

/** @returns the value of the dimension `Lane` of the metrics of a lane's code: unique in an account and Region */
export function metricLaneOf(lane: Construct): string {
  return Names.uniqueResourceName(lane, { maxLength: 128, separator: '-' });
}

/** @returns a metric of a lane's code. @default - sum over 1 minute */
export function laneMetric(lane: string, name: Exclude<MetricName, 'Refused'>, options?: MetricOptions): Metric {
  return metricOf(name, { Lane: lane }, options);
}

/** @returns the metric of refusals for one reason. @default - sum over 1 minute */
export function refusalMetric(lane: string, reason: RefusalReason, options?: MetricOptions): Metric {
  return metricOf('Refused', { Lane: lane, Reason: reason }, options);
}

function metricOf(metricName: MetricName, dimensionsMap: Record<string, string>, options?: MetricOptions): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap,
    statistic: Stats.SUM,
    period: Duration.minutes(1),
    ...options,
  });
}
