import { Stack } from 'aws-cdk-lib';
import { CfnLoadBalancer, type ILoadBalancerV2 } from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** Idle timeout of a load balancer without the attribute, in seconds. */
const DEFAULT_IDLE_SECONDS = 60;

/** @returns the idle timeout of a load balancer of this app, in seconds; undefined for an imported one */
export function idleSecondsOf({ node }: ILoadBalancerV2): number | undefined {
  const resource = node.defaultChild;
  if (!(resource instanceof CfnLoadBalancer)) {
    return undefined;
  }
  // The attributes are resolved late, because they can be set until synthesis.
  const attributes: readonly CfnLoadBalancer.LoadBalancerAttributeProperty[] =
    Stack.of(resource).resolve(resource.loadBalancerAttributes) ?? [];
  const found = attributes.find(({ key }) => key === 'idle_timeout.timeout_seconds');
  return Number(found?.value ?? DEFAULT_IDLE_SECONDS);
}
