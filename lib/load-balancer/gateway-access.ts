import { type IVpc, Peer } from 'aws-cdk-lib/aws-ec2';
import { type ApplicationListener, ListenerAction, ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ORIGIN_SECRET_HEADER } from '../../lambda/origin-secret';
import type { LaneGateway } from '../domains/lane-gateway';
import type { LaneNetworkConfig } from '../network/lane-network-config';

/** Response of a public load balancer to a request that did not come through the gateway. */
export const FORBIDDEN = ListenerAction.fixedResponse(403, { contentType: 'text/plain', messageBody: 'Forbidden' });

/** @returns true if a public load balancer must refuse requests without the gateway's secret */
export function requiresSecret(gateway: LaneGateway | undefined): boolean {
  return gateway?.originSecret !== undefined && !gateway.internalLoadBalancers;
}

/** @returns the conditions under which a rule forwards requests, in addition to its own: the secret of a gateway */
export function gatewayConditions(gateway: LaneGateway | undefined): ListenerCondition[] {
  return gateway?.originSecret && requiresSecret(gateway)
    ? [ListenerCondition.httpHeader(ORIGIN_SECRET_HEADER, [gateway.originSecret()])]
    : [];
}

/**
 * Admits connections to a listener of an internal load balancer. CloudFront connects from network interfaces in the subnets of the
 * load balancer. The id of their security group is not known before deployment, so the addresses of the VPC are admitted.
 */
export function admitVpc(listener: ApplicationListener, vpc: IVpc): void {
  const cidr = cidrOf(vpc);
  if (cidr !== undefined) {
    listener.connections.allowDefaultPortFrom(Peer.ipv4(cidr), 'From CloudFront, within the VPC');
  }
}

/** @returns the reasons why load balancers of this network cannot be internal, each with the value received and a fix */
export function internalProblems(
  gateway: LaneGateway | undefined,
  { vpc, assignPublicIp }: LaneNetworkConfig,
): string[] {
  if (!gateway?.internalLoadBalancers) {
    return [];
  }
  return [
    ...(assignPublicIp
      ? [
          'network must have private subnets for an internal load balancer, got assignPublicIp: true. Fix: use taskSubnets in private subnets, or internalLoadBalancers: false in Gateway.cloudFront()',
        ]
      : []),
    ...(cidrOf(vpc) === undefined
      ? [
          'network must be a VPC with a known CIDR block, from which CloudFront connects, got an imported one without. Fix: pass vpcCidrBlock to Vpc.fromVpcAttributes(), or internalLoadBalancers: false to Gateway.cloudFront()',
        ]
      : []),
  ];
}

/** @returns the IPv4 block of a VPC; undefined if it was imported without */
function cidrOf(vpc: IVpc): string | undefined {
  try {
    return vpc.vpcCidrBlock;
  } catch {
    return undefined;
  }
}
