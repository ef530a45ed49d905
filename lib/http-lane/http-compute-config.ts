import type { Duration } from 'aws-cdk-lib';
import type { Connections } from 'aws-cdk-lib/aws-ec2';
import type { Cluster, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import type { IApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { LaneFunction } from '../functions/lane-function';
import type { LaneScaling } from '../functions/lane-scaling';
import type { Retention } from '../storage/retention';
import type { LaneNetworkConfig } from '../network/lane-network-config';

/** Context of the HTTP lane's compute. */
export interface HttpComputeContext {
  /** Network of the lane, with the subnets for tasks. */
  readonly network: LaneNetworkConfig;

  /** Forwards the requests of the load balancer to the target group of the compute. Call it once, before the group is scaled. */
  readonly forwardTo: (targetGroup: IApplicationTargetGroup) => void;

  /** Construct id of the target group. It differs behind an internal load balancer, because AWS accepts a target group at one load balancer only. */
  readonly targetGroupId: string;

  /** Idle timeout of the load balancer. The compute must keep idle connections longer. */
  readonly idleTimeout: Duration;

  /** Environment variables that the service of this repository reads. Another service can ignore them. */
  readonly environment: Record<string, string>;

  /** Removal policy and log retention. */
  readonly retention: Retention;
}

/** The compute of an HTTP lane, and its constructs. */
export interface HttpComputeConfig {
  readonly targetGroup: IApplicationTargetGroup;

  /** Principal of the code: its role. */
  readonly grantee: IGrantable;

  /** Network connections of the compute, to allow traffic other than TLS. Undefined if it is not in the VPC. */
  readonly connections?: Connections;

  /** Minimum and maximum of the scaling. Undefined without scaling. */
  readonly scaling?: LaneScaling;

  /** The ECS service, for its metrics, scaling and escape hatches. Undefined without containers. */
  readonly service?: FargateService;

  /** The ECS cluster, in which other services can run. Undefined without containers. */
  readonly cluster?: Cluster;

  /**
   * The task definition, to which containers and volumes can be added. The lane's container uses all memory of the task, so
   * do not set `memoryLimitMiB` or `memoryReservationMiB` for a sidecar. Undefined without containers.
   */
  readonly taskDefinition?: FargateTaskDefinition;

  /** The function that answers requests. Undefined with containers. */
  readonly function?: LaneFunction;

  /** True if the code is the service of this repository, which publishes the metrics of the lane. @default false */
  readonly publishesMetrics?: boolean;
}
