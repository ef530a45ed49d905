import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import {
  HttpCodeElb,
  HttpCodeTarget,
  type IApplicationLoadBalancer,
  type IApplicationTargetGroup,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
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

/**
 * @param label - of the responses of targets
 * @param suffix - of the label of the load balancer's own responses: `, both lanes` if the lanes share it
 * @returns the responses with 5xx of targets, and of their load balancer itself
 */
export function serverErrors({ targetGroup, loadBalancer }: Balanced, label: string, suffix: string): IMetric[] {
  return [
    targetGroup.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, labeled(label)),
    loadBalancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, labeled(`5xx of the load balancer${suffix}`)),
  ];
}

/** Targets behind a load balancer. */
interface Balanced {
  readonly targetGroup: IApplicationTargetGroup;
  readonly loadBalancer: IApplicationLoadBalancer;
}
