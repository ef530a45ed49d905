import { type ISubnet, type IVpc, Peer } from 'aws-cdk-lib/aws-ec2';
import { type ApplicationListener, ListenerAction, ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ORIGIN_SECRET_HEADER } from '../../lambda/origin-secret';
import type { LaneGateway } from '../domains/lane-gateway';
import type { LaneNetworkConfig } from '../network/lane-network-config';

/** Response of a public load balancer to a request that did not come through the gateway. */
export const FORBIDDEN = ListenerAction.fixedResponse(403, { contentType: 'text/plain', messageBody: 'Forbidden' });

/** Time for which CloudFront waits for a response of a lane, in seconds: the default idle timeout of the load balancer. */
export const RESPONSE_SECONDS = 60;

/** @returns true if clients reach a load balancer only through a gateway */
export function isBehindGateway(gateway: LaneGateway | undefined): boolean {
  return gateway?.originSecret !== undefined || gateway?.internalLoadBalancers === true;
}

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

/**
 * @param id - id of the target group behind a public load balancer
 * @returns the id of the target group. It differs behind an internal load balancer: AWS accepts a target group at one load balancer only,
 *   and a change between the two creates the new load balancer, with its rules, before it deletes the old one
 */
export function targetGroupIdOf(id: string, gateway: LaneGateway | undefined): string {
  return gateway?.internalLoadBalancers ? `Internal${id}` : id;
}

/** @returns the subnets of an internal load balancer: one of the tasks' subnets in each zone, because a load balancer accepts no more */
export function internalSubnets({ vpc, taskSubnets }: LaneNetworkConfig): ISubnet[] {
  const zones = new Set<string>();
  return vpc.selectSubnets(taskSubnets).subnets.filter(({ availabilityZone }) => {
    const isFirst = !zones.has(availabilityZone);
    zones.add(availabilityZone);
    return isFirst;
  });
}

/** @returns the reasons why load balancers of this network cannot be internal, each with the value received and a fix */
export function internalProblems(gateway: LaneGateway | undefined, network: LaneNetworkConfig): string[] {
  if (!gateway?.internalLoadBalancers) {
    return [];
  }
  const { vpc, assignPublicIp } = network;
  const subnets = assignPublicIp ? [] : internalSubnets(network);
  const zones = subnets.map(({ availabilityZone }) => availabilityZone);
  // Without private subnets, the CDK selects public ones.
  const isPublic = assignPublicIp || subnets.some((subnet) => vpc.publicSubnets.includes(subnet));
  return [
    ...(isPublic
      ? [
          `network must have private subnets for an internal load balancer, got ${assignPublicIp ? 'assignPublicIp: true' : 'public ones'}. Fix: use taskSubnets in private subnets, or internalLoadBalancers: false in Gateway.cloudFront()`,
        ]
      : []),
    // A network with one zone has a problem of its own.
    ...(!isPublic && zones.length < Math.min(2, new Set(vpc.availabilityZones).size)
      ? [
          `network must have private subnets in two or more zones for an internal load balancer, got ${zones.length === 0 ? 'none' : `them in ${zones.join()}`}. Fix: use taskSubnets in two zones, or internalLoadBalancers: false in Gateway.cloudFront()`,
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
