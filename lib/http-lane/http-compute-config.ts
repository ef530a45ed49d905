import type { Duration } from 'aws-cdk-lib';
import type { Connections, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ApplicationListener, IApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { LaneFunction } from '../functions/lane-function';
import type { LaneScaling } from '../functions/lane-scaling';
import type { Retention } from '../storage/retention';

/** What the HTTP lane gives its compute. */
export interface HttpComputeContext {
  readonly vpc: IVpc;

  /** The listener to take requests from. */
  readonly listener: ApplicationListener;

  /** How long the load balancer keeps an idle connection; compute must keep it longer. */
  readonly idleTimeout: Duration;

  /** The variables that the service of this repository reads; any other may ignore them. */
  readonly environment: Record<string, string>;

  /** Removal policy and log retention. */
  readonly retention: Retention;
}

/** What the HTTP lane gets back. */
export interface HttpComputeConfig {
  readonly targetGroup: IApplicationTargetGroup;

  /** The identity that the code runs as. */
  readonly grantee: IGrantable;

  /** To let the compute reach more than TLS, or be reached; undefined where it is not in the VPC. */
  readonly connections?: Connections;

  /** How many copies there are; undefined where nothing is scaled. */
  readonly scaling?: LaneScaling;

  /** The functions that answer; none where containers do. */
  readonly functions: readonly LaneFunction[];
}
