import { Duration, Stack, Token, Validations } from 'aws-cdk-lib';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { ApplicationLoadBalancer, DesyncMitigationMode, IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { LaneGateway } from '../domains/lane-gateway';
import type { LaneNetworkConfig } from '../network/lane-network-config';
import { ExpiringBucket } from '../storage/expiring-bucket';
import { isRetained, type Retention } from '../storage/retention';
import { internalSubnets } from './gateway-access';

export interface LaneLoadBalancerProps {
  readonly network: LaneNetworkConfig;

  /** @default - none: clients reach the load balancer from the internet */
  readonly gateway?: LaneGateway;

  /** Name of the lane in the description of the security group: `HTTP lane`. */
  readonly lane: string;

  /** Time for which the load balancer keeps an idle connection. */
  readonly idleTimeout: Duration;

  /**
   * Greatest age of a connection of a client.
   *
   * @default - one hour, the default of AWS
   */
  readonly clientKeepAlive?: Duration;

  /** @default - true unless `removalPolicy` is DESTROY */
  readonly accessLogs?: boolean;

  /** Removal policy and log retention. */
  readonly retention: Retention;
}

/**
 * Adds the load balancer of a lane, its security group, and the bucket of its access logs. The security group admits no connection
 * until a listener is open.
 */
export function addLaneLoadBalancer(scope: Construct, props: LaneLoadBalancerProps): ApplicationLoadBalancer {
  const { network, retention, gateway } = props;
  const { vpc } = network;
  const internal = gateway?.internalLoadBalancers ?? false;
  const securityGroup = new SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: `Load balancer of the ${props.lane}: in from ${internal ? 'the VPC' : 'anywhere'}, out to its targets only`,
    allowAllOutbound: false,
  });
  Validations.of(securityGroup).acknowledge({
    id: 'AwsSolutions::AwsSolutions-EC23',
    reason: internal
      ? 'This load balancer is internal: its security group admits only the VPC. The rule cannot read the CIDR block of a VPC that the stack creates.'
      : 'This load balancer is public. Only the ports of its listeners are open.',
  });
  const loadBalancer = new ApplicationLoadBalancer(scope, 'LoadBalancer', {
    vpc,
    vpcSubnets: internal ? { subnets: internalSubnets(network) } : network.loadBalancerSubnets,
    internetFacing: !internal,
    // CloudFront reaches an internal load balancer by IPv4.
    ipAddressType: internal ? IpAddressType.IPV4 : network.ipAddressType,
    securityGroup,
    idleTimeout: props.idleTimeout,
    clientKeepAlive: props.clientKeepAlive,
    dropInvalidHeaderFields: true,
    desyncMitigationMode: DesyncMitigationMode.STRICTEST,
    deletionProtection: retention.deletionProtection,
  });
  if (!keepsAccessLogs(props)) {
    Validations.of(loadBalancer).acknowledge({
      id: 'AwsSolutions::AwsSolutions-ELB2',
      reason: 'Access logs are off because this stage retains no data. Set accessLogs to enable them.',
    });
  } else if (hasRegion(scope)) {
    loadBalancer.logAccessLogs(
      new ExpiringBucket(scope, 'AccessLogs', {
        retention,
        // As long as CloudWatch keeps logs.
        expiration: Duration.days(retention.logRetention),
        unloggedBecause:
          'This bucket contains access logs. A log of the access to them would need another bucket, again without such a log.',
      }),
    );
  }
  return loadBalancer;
}

/** @returns a problem if there must be access logs, but the stack has no Region, on which the bucket's permissions depend */
export function accessLogProblems(
  scope: Construct,
  props: Pick<LaneLoadBalancerProps, 'accessLogs' | 'retention'>,
): string[] {
  return keepsAccessLogs(props) && !hasRegion(scope)
    ? [
        'accessLogs need a stack with a Region, got one without. Fix: set env.region of the stack, or accessLogs to false',
      ]
    : [];
}

function keepsAccessLogs({ accessLogs, retention }: Pick<LaneLoadBalancerProps, 'accessLogs' | 'retention'>) {
  return accessLogs ?? isRetained(retention);
}

function hasRegion(scope: Construct): boolean {
  return !Token.isUnresolved(Stack.of(scope).region);
}
