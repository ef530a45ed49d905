import type { Construct } from 'constructs';
import { FargateCompute, type FargateComputeProps } from './fargate-compute';
import type { HttpComputeConfig, HttpComputeContext } from './http-compute-config';
import { LambdaCompute, type LambdaComputeProps } from './lambda-compute';

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
