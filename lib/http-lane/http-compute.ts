import type { Construct } from 'constructs';
import { FargateCompute } from './fargate-compute';
import type { FargateComputeProps } from './fargate-compute-props';
import type { HttpComputeConfig, HttpComputeContext } from './http-compute-config';
import { LambdaCompute, type LambdaComputeProps } from './lambda-compute';

/** Compute of the HTTP lane. */
export abstract class HttpCompute {
  /** Containers that always run: requests have no cold starts. */
  static fargate(props: FargateComputeProps = {}): HttpCompute {
    return new FargateCompute(props);
  }

  /** A function with reserved concurrency. Without requests, it costs nothing. */
  static lambda(props: LambdaComputeProps = {}): HttpCompute {
    return new LambdaCompute(props);
  }

  /** Creates the compute below `scope`, and forwards the requests of the load balancer to it. */
  abstract bind(scope: Construct, context: HttpComputeContext): HttpComputeConfig;
}
