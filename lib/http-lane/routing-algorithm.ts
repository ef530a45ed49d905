import type { Duration } from 'aws-cdk-lib';
import {
  type ApplicationTargetGroupProps,
  TargetGroupLoadBalancingAlgorithmType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** Algorithm by which the load balancer chooses a target. */
export class RoutingAlgorithm {
  /** The target with the fewest open requests: a slow one gets less. A load balancer cannot slow-start it as well. */
  static leastOutstandingRequests(): RoutingAlgorithm {
    return new RoutingAlgorithm({
      loadBalancingAlgorithmType: TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
    });
  }

  /**
   * Each target in turn.
   *
   * @param slowStart - time over which a new target's share grows to its full one, 30 s to 15 min; none if left out
   */
  static roundRobin(slowStart?: Duration): RoutingAlgorithm {
    const problems = slowStart ? slowStartProblems(slowStart) : [];
    return new RoutingAlgorithm(
      {
        loadBalancingAlgorithmType: TargetGroupLoadBalancingAlgorithmType.ROUND_ROBIN,
        // The target group's constructor throws at a wrong one: what is wrong is told at synth, all of it at once.
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
