import type { Duration } from 'aws-cdk-lib';
import type { Connections, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Cluster, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import type { ApplicationListener, IApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { LaneFunction } from '../functions/lane-function';
import type { LaneScaling } from '../functions/lane-scaling';
import type { Retention } from '../storage/retention';

/** Context of the HTTP lane's compute. */
export interface HttpComputeContext {
  readonly vpc: IVpc;

  /** The listener to take requests from. */
  readonly listener: ApplicationListener;

  /** Time for which the load balancer keeps an idle connection. The compute must keep it longer. */
  readonly idleTimeout: Duration;

  /** The variables that the service of this repository reads; any other may ignore them. */
  readonly environment: Record<string, string>;

  /** Removal policy and log retention. */
  readonly retention: Retention;
}

/** The compute of an HTTP lane, and the constructs that it consists of. */
export interface HttpComputeConfig {
  readonly targetGroup: IApplicationTargetGroup;

  /** The identity that the code runs as. */
  readonly grantee: IGrantable;

  /** Network connections of the compute, to allow more than TLS; undefined where it is not in the VPC. */
  readonly connections?: Connections;

  /** Bounds of the scaling; undefined where nothing is scaled. */
  readonly scaling?: LaneScaling;

  /** The ECS service: its metrics, its scaling, its escape hatches. Undefined without containers. */
  readonly service?: FargateService;

  /** The ECS cluster, to run other services in. Undefined without containers. */
  readonly cluster?: Cluster;

  /**
   * The task definition, to add containers and volumes to. The lane's container has all the task's memory, so a sidecar
   * gets no `memoryLimitMiB` or `memoryReservationMiB` of its own. Undefined without containers.
   */
  readonly taskDefinition?: FargateTaskDefinition;

  /** The function that answers requests. Undefined with containers. */
  readonly function?: LaneFunction;
}
