import type { Duration } from 'aws-cdk-lib';
import {
  type ApplicationTargetGroupProps,
  TargetGroupLoadBalancingAlgorithmType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** How the load balancer picks a target. */
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
    return new RoutingAlgorithm({
      loadBalancingAlgorithmType: TargetGroupLoadBalancingAlgorithmType.ROUND_ROBIN,
      ...(slowStart && { slowStart }),
    });
  }

  private constructor(
    /** @internal */
    readonly _targetGroupProps: Pick<ApplicationTargetGroupProps, 'loadBalancingAlgorithmType' | 'slowStart'>,
  ) {}
}
