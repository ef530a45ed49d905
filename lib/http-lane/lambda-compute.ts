import { Duration } from 'aws-cdk-lib';
import { ApplicationTargetGroup, TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LambdaTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import type { Construct } from 'constructs';
import { LaneFunction, type LaneFunctionOptions } from '../functions/lane-function';
import { ownSource } from '../functions/own-source';
import { documentation } from './documentation';
import type { HttpComputeConfig, HttpComputeContext } from './http-compute-config';

export interface LambdaComputeProps extends LaneFunctionOptions {
  /**
   * Path of the source file of a handler for load balancer events: absolute, or relative to the working directory of the
   * app.
   *
   * @default - the service of this package, `service/lambda.handler.ts`
   */
  readonly entry?: string;

  /**
   * Environment variables in addition to those of the lane.
   *
   * @default - none
   */
  readonly environment?: Record<string, string>;

  /**
   * Timeout of one request, at most the lane's `idleTimeout`, after which the load balancer answers 504.
   *
   * @default Duration.seconds(29)
   */
  readonly timeout?: Duration;

  /**
   * Reserved concurrency of the function. It is always reserved: otherwise the functions of the WebSocket lane could use up
   * the concurrency.
   *
   * @default 100
   */
  readonly reservedConcurrency?: number;
}

/** A function, scaled with the number of requests. */
export class LambdaCompute {
  constructor(private readonly props: LambdaComputeProps) {}

  bind(scope: Construct, context: HttpComputeContext): HttpComputeConfig {
    const { forwardTo, targetGroupId, idleTimeout, environment, retention } = context;
    const { entry, reservedConcurrency = 100, provisionedConcurrency, ...options } = this.props;
    const { timeout = Duration.seconds(29) } = options;
    scope.node.addValidation({ validate: () => timeoutProblems(timeout, idleTimeout) });
    const fn = new LaneFunction(scope, 'Service', {
      ...options,
      timeout,
      retention,
      ...(entry === undefined ? { entry: ownSource('service/lambda.handler.ts'), include: documentation } : { entry }),
      description: 'HTTP lane: answers requests of the load balancer',
      environment: { ...environment, ...options.environment },
      reservedConcurrency,
      ...(provisionedConcurrency && { provisionedConcurrency }),
    });
    const targetGroup = new ApplicationTargetGroup(scope, targetGroupId, {
      targetType: TargetType.LAMBDA,
      targets: [new LambdaTarget(fn.invocable)],
      multiValueHeadersEnabled: true,
    });
    forwardTo(targetGroup);
    return {
      targetGroup,
      grantee: fn,
      ...(fn.scaling && { scaling: fn.scaling }),
      function: fn,
      publishesMetrics: entry === undefined,
    };
  }
}

function timeoutProblems(timeout: Duration, idleTimeout: Duration): string[] {
  const [requested, longest] = [timeout.toSeconds(), idleTimeout.toSeconds()];
  return requested > longest
    ? [
        `timeout must be <= idleTimeout, after which the load balancer answers 504, got ${requested} s > ${longest} s. Fix: shorten it, or raise idleTimeout`,
      ]
    : [];
}
