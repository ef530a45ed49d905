import { ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { IApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { LaneScaling } from '../../functions/lane-scaling';
import { servicePage } from '../console-pages';
import type { LaneAlarm } from './lane-alarm';
import { AVERAGE, expressionOf, LEAST, outOf } from './statistics';
import type { Thresholds } from './thresholds';

interface Tasks {
  /** Begin of the ids: `http`. */
  readonly prefix: string;

  /** Name of the lane in the problems: `HTTP lane`. */
  readonly lane: string;

  readonly service: FargateService;
  readonly targetGroup: IApplicationTargetGroup;
  readonly scaling: LaneScaling;

  /** Open connections of the task that has the most, and the number at which it is nearly full. @default - not watched */
  readonly openConnections?: { readonly metric: Metric; readonly many: number };
}

/** @returns alarms on missing tasks, and on tasks whose number or load is at or near its limit */
export function taskAlarms(tasks: Tasks, { cpuPercent }: Thresholds): LaneAlarm[] {
  const { prefix, lane, service, scaling, openConnections } = tasks;
  const { minCapacity, maxCapacity } = scaling;
  const hosts = tasks.targetGroup.metrics.healthyHostCount(LEAST);
  const conditions = [
    // Without room between the bounds, the maximum is the usual number.
    ...(maxCapacity > minCapacity
      ? [{ name: 'hosts', metric: hosts, is: `>= ${maxCapacity}`, text: `the maximum of ${maxCapacity} tasks runs` }]
      : []),
    {
      name: 'cpu',
      metric: service.metricCpuUtilization(AVERAGE),
      is: `> ${cpuPercent}`,
      text: `the CPU utilization exceeds ${cpuPercent} percent`,
    },
    ...(openConnections
      ? [
          {
            name: 'connections',
            metric: openConnections.metric,
            is: `> ${openConnections.many}`,
            text: `a task has more than ${openConnections.many} connections`,
          },
        ]
      : []),
  ];
  return [
    {
      id: `${prefix}-hosts`,
      problem: `The ${lane} has fewer healthy tasks than its minimum of ${minCapacity}.`,
      metric: hosts,
      threshold: minCapacity,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      ...outOf(3, 3),
      // Without a healthy target, or without a target, there may be no value.
      missingData: TreatMissingData.BREACHING,
      console: servicePage(service),
    },
    {
      id: `${prefix}-saturation`,
      problem: `The ${lane} is at or near its limit: ${conditions.map(({ text }) => text).join(', or ')}.`,
      metric: expressionOf(
        `IF(${conditions.map(({ name, is }) => `(FILL(${name}, 0) ${is})`).join(' OR ')}, 1, 0)`,
        Object.fromEntries(conditions.map(({ name, metric }) => [name, metric])),
        'Saturated (1) or not (0)',
      ),
      threshold: 0,
      ...outOf(10, 15),
      console: servicePage(service),
    },
  ];
}
