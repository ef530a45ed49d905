/** Namespace of the metrics of the lanes. */
export const METRIC_NAMESPACE = 'Twinlane';

/** Name of the metric by which the servers scale: open sockets, one value for each task. */
export const OPEN_CONNECTIONS = 'OpenConnections';

/**
 * @param lane value of the dimension `Lane`
 * @param now in milliseconds since 1970
 * @returns a log line in the embedded metric format, from which CloudWatch Logs extracts the metric:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function openConnectionsLine(lane: string, connections: number, now: number): string {
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [['Lane']],
          Metrics: [{ Name: OPEN_CONNECTIONS, Unit: 'Count' }],
        },
      ],
    },
    Lane: lane,
    [OPEN_CONNECTIONS]: connections,
  });
}
