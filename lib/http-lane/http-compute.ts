import type { Construct } from 'constructs';
import { FargateCompute, type FargateComputeProps } from './fargate-compute';
import type { HttpComputeConfig, HttpComputeContext } from './http-compute-config';
import { LambdaCompute, type LambdaComputeProps } from './lambda-compute';

/** Compute of the HTTP lane. */
export abstract class HttpCompute {
  /** Containers that are always running: a request meets no cold start. */
  static fargate(props: FargateComputeProps = {}): HttpCompute {
    return new FargateCompute(props);
  }

  /** A function with reserved concurrency. Nothing runs, and nothing is billed, without requests. */
  static lambda(props: LambdaComputeProps = {}): HttpCompute {
    return new LambdaCompute(props);
  }

  /** Makes the compute below `scope` and puts it behind the listener. */
  abstract bind(scope: Construct, context: HttpComputeContext): HttpComputeConfig;
}
