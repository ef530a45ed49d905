import type { Duration } from 'aws-cdk-lib';
import type { Connections, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ApplicationListener, IApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { LaneFunction } from '../lane-function';
import type { LaneScaling } from '../lane-scaling';
import type { Retention } from '../retention';
import { FargateCompute, type FargateComputeProps } from './fargate-compute';
import { LambdaCompute, type LambdaComputeProps } from './lambda-compute';

/** What the HTTP lane gives its compute. */
export interface HttpComputeContext {
  readonly vpc: IVpc;

  /** The listener to take requests from. */
  readonly listener: ApplicationListener;

  /** How long the load balancer keeps an idle connection; compute must keep it longer. */
  readonly idleTimeout: Duration;

  /** The variables that the service of this repository reads; any other may ignore them. */
  readonly environment: Record<string, string>;

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

/** What answers the lane's requests. */
export abstract class HttpCompute {
  /** Containers that are always running: a request meets no cold start. */
  static fargate(props: FargateComputeProps = {}): HttpCompute {
    return new FargateCompute(props);
  }

  /** A function, with a concurrency pool of its own: no copy runs, or is paid for, while nobody asks. */
  static lambda(props: LambdaComputeProps = {}): HttpCompute {
    return new LambdaCompute(props);
  }

  /** Makes the compute below `scope` and puts it behind the listener. */
  abstract bind(scope: Construct, context: HttpComputeContext): HttpComputeConfig;
}
