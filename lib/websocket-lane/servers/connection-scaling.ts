import { Duration, Names } from 'aws-cdk-lib';
import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ScalableTaskCount } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE, OPEN_CONNECTIONS } from '../../../service/websocket/metrics';

/** @returns the value of the metrics' dimension `Lane`: unique in an account and Region */
export function metricLaneOf(servers: Construct): string {
  return Names.uniqueResourceName(servers, { maxLength: 128, separator: '-' });
}

/** @returns the metric of open connections, to which each task adds one value every 20 s */
export function openConnections(lane: string, options?: MetricOptions): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: OPEN_CONNECTIONS,
    dimensionsMap: { Lane: lane },
    statistic: Stats.AVERAGE,
    period: Duration.minutes(1),
    ...options,
  });
}

export interface ConnectionScalingProps {
  /** Value of the dimension `Lane`. */
  readonly metricLane: string;

  readonly connectionsPerTask: number;

  /** Connections of a task, in percent of `connectionsPerTask`. */
  readonly targetConnectionsPercent: number;
  readonly scaleOutCooldown: Duration;
  readonly scaleInCooldown: Duration;
}

/** Scales the tasks of a service by the average number of their open connections. */
export function scaleByConnections(tasks: ScalableTaskCount, props: ConnectionScalingProps): void {
  const { scaleOutCooldown, scaleInCooldown } = props;
  tasks.scaleToTrackCustomMetric('Connections', {
    metric: openConnections(props.metricLane),
    targetValue: (props.connectionsPerTask * props.targetConnectionsPercent) / 100,
    scaleOutCooldown,
    scaleInCooldown,
  });
}
