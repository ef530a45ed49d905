import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_NAMESPACE } from '../../../lambda/metrics';

/** @returns a metric that the canary writes, of the names in CANARY_METRICS */
export function canaryMetric(canary: string, metricName: string, options: MetricOptions): Metric {
  return new Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap: { Canary: canary }, ...options });
}
