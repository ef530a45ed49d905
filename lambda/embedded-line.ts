import { METRIC_NAMESPACE } from './metrics';

/** Values of a metric, with its unit in CloudWatch. */
export interface MetricValues<Name extends string = string> {
  readonly name: Name;
  readonly unit: string;
  /** 1 to 100 values. */
  readonly values: readonly number[];
}

/**
 * @param dimensions - of all metrics of the line
 * @param metrics - at most 100
 * @param now - in milliseconds since 1970
 * @returns a line in the embedded metric format, from which CloudWatch Logs extracts the metrics:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedLine(
  dimensions: Readonly<Record<string, string>>,
  metrics: readonly MetricValues[],
  now: number,
): string {
  const directive = {
    Namespace: METRIC_NAMESPACE,
    Dimensions: [Object.keys(dimensions)],
    Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
  };
  const members = metrics.map(({ name, values }) => [name, values.length === 1 ? values[0] : values] as const);
  return JSON.stringify({
    _aws: { Timestamp: now, CloudWatchMetrics: [directive] },
    ...dimensions,
    ...Object.fromEntries(members),
  });
}
