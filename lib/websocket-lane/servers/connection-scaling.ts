import type { Duration } from 'aws-cdk-lib';
import { type Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ScalableTaskCount } from 'aws-cdk-lib/aws-ecs';
import { laneMetric } from '../../metrics/lane-metric';

/** @returns the metric of open connections, to which each task adds one value every 20 s */
export function openConnections(lane: string, options?: MetricOptions): Metric {
  return laneMetric(lane, 'OpenConnections', { statistic: Stats.AVERAGE, ...options });
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
