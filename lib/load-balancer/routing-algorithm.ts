import type { Duration } from 'aws-cdk-lib';
import {
  type ApplicationTargetGroupProps,
  TargetGroupLoadBalancingAlgorithmType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** Algorithm by which the load balancer chooses a target. */
export class RoutingAlgorithm {
  /** Chooses the target with the fewest open requests, so slow targets get fewer. It does not support slow start. */
  static leastOutstandingRequests(): RoutingAlgorithm {
    return new RoutingAlgorithm({
      loadBalancingAlgorithmType: TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
    });
  }

  /**
   * Chooses targets in turn.
   *
   * @param slowStart - time in which the share of a new target grows linearly, 30 s to 15 min. By default no slow start
   */
  static roundRobin(slowStart?: Duration): RoutingAlgorithm {
    const problems = slowStart ? slowStartProblems(slowStart) : [];
    return new RoutingAlgorithm(
      {
        loadBalancingAlgorithmType: TargetGroupLoadBalancingAlgorithmType.ROUND_ROBIN,
        // The target group's constructor throws for an invalid value. The validation reports it with all other problems.
        ...(slowStart && problems.length === 0 && { slowStart }),
      },
      problems,
    );
  }

  private constructor(
    /** @internal */
    readonly _targetGroupProps: Pick<ApplicationTargetGroupProps, 'loadBalancingAlgorithmType' | 'slowStart'>,

    /** @internal Problems, each with the value received and a fix. */
    readonly _problems: readonly string[] = [],
  ) {}
}

function slowStartProblems(slowStart: Duration): string[] {
  const seconds = slowStart.toSeconds();
  return seconds < 30 || seconds > 900
    ? [`slowStart must be 30 to 900 s, got ${seconds} s. Fix: use a duration in this range, or remove it`]
    : [];
}
