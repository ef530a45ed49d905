import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import {
  HttpCodeElb,
  HttpCodeTarget,
  type IApplicationLoadBalancer,
  type IApplicationTargetGroup,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { LaneScaling } from '../../functions/lane-scaling';
import { labeled } from './metrics';
import type { Graph } from './row';

/** Tasks of a lane behind a load balancer. */
export interface LaneTasks {
  readonly service: FargateService;
  readonly targetGroup: IApplicationTargetGroup;
  readonly scaling?: LaneScaling;
}

/** @returns the CPU and memory of tasks, and how many of them are healthy */
export function taskSaturation({ service, targetGroup, scaling }: LaneTasks): Graph {
  const average = { statistic: Stats.AVERAGE };
  return {
    left: {
      label: 'percent',
      metrics: [
        service.metricCpuUtilization(labeled('CPU', average)),
        service.metricMemoryUtilization(labeled('memory', average)),
      ],
    },
    right: {
      label: 'tasks',
      metrics: [targetGroup.metrics.healthyHostCount(labeled('healthy tasks', { statistic: Stats.MINIMUM }))],
      ...(scaling && { limits: [{ value: scaling.maxCapacity, label: 'maximum of tasks' }] }),
    },
  };
}

/** @returns the responses with 5xx of targets, and of their load balancer if it is theirs alone */
export function serverErrors(
  targetGroup: IApplicationTargetGroup,
  targets: string,
  loadBalancer: { readonly of: IApplicationLoadBalancer; readonly label: string } | undefined,
): IMetric[] {
  return [
    targetGroup.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, labeled(targets)),
    ...(loadBalancer
      ? [loadBalancer.of.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, labeled(loadBalancer.label))]
      : []),
  ];
}
