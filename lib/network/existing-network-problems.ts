import { CfnResource } from 'aws-cdk-lib';
import { CfnVPC, type ISubnet, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IConstruct } from 'constructs';
import type { ExistingNetworkOptions } from './existing-network-options';
import { LaneVpc } from './lane-vpc';
import { type SubnetChoice, zoneOf } from './subnet-choice';

/**
 * @returns problems of the load balancer's subnets. An Application Load Balancer needs subnets in two zones, at most one in each:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
 */
export function loadBalancerProblems(
  vpc: IVpc,
  { subnets, isPending, refusal }: SubnetChoice,
  { loadBalancerSubnets }: ExistingNetworkOptions,
): string[] {
  if (isPending) {
    return [];
  }
  const name = loadBalancerSubnets ? 'loadBalancerSubnets' : 'network';
  const zones = subnets.map(zoneOf);
  const known = [...new Set(zones)];
  if (known.length < 2 && !(zones.includes(undefined) && subnets.length > 1)) {
    const got = loadBalancerSubnets && refusal ? refused(refusal) : `${zonesIn(known)} in ${kindsOf(vpc)}`;
    return [
      `${name} must have public subnets in two or more zones, which the load balancer requires, got ${got}. Fix: use a VPC with public subnets in two zones, and select them`,
    ];
  }
  const repeated = zones.find((zone, index) => zone !== undefined && zones.indexOf(zone) < index);
  if (repeated !== undefined) {
    return [
      `${name} must have one subnet in each zone, got two in ${repeated}. Fix: add onePerAz: true to the selection`,
    ];
  }
  return subnets.some((subnet) => isPrivate(vpc, subnet))
    ? [
        `${name} must be public subnets, because clients connect from the internet, got private ones. Fix: use { subnetType: SubnetType.PUBLIC }`,
      ]
    : [];
}

/** @returns problems of the address type. IPv6 in an imported VPC is not known. */
export function addressProblems(vpc: IVpc, { ipAddressType }: ExistingNetworkOptions): string[] {
  if (ipAddressType === IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4) {
    return [
      `ipAddressType must be IPV4 or DUAL_STACK, because clients that have only IPv4 must reach the lane, got ${ipAddressType}. Fix: use IpAddressType.DUAL_STACK`,
    ];
  }
  return ipAddressType === IpAddressType.DUAL_STACK && isCreatedWithoutIpv6(vpc)
    ? [
        `ipAddressType must be IPV4 in a VPC without IPv6, got ${ipAddressType}. Fix: use IpAddressType.IPV4, or create the VPC with ipProtocol: IpProtocol.DUAL_STACK`,
      ]
    : [];
}

/** @returns problems of the tasks' subnets. The routes and endpoints of an imported VPC are not known, but its kinds of subnets are. */
export function taskProblems(
  vpc: IVpc,
  tasks: SubnetChoice,
  loadBalancer: SubnetChoice,
  { taskSubnets, assignPublicIp }: ExistingNetworkOptions,
): string[] {
  if (tasks.isPending) {
    return [];
  }
  const { subnets, refusal } = tasks;
  if (subnets.length === 0) {
    const got = taskSubnets && refusal ? refused(refusal) : kindsOf(vpc);
    return [
      `${taskSubnets ? 'taskSubnets' : 'network'} must have subnets for the tasks, got ${got}. Fix: use a VPC with private subnets, or HttpCompute.lambda()`,
    ];
  }
  const found = vpc instanceof LaneVpc ? [...vpc.egress._taskProblems] : [];
  if (assignPublicIp === undefined && subnets.some((subnet) => vpc.publicSubnets.includes(subnet))) {
    found.push(
      taskSubnets
        ? 'assignPublicIp must be set for tasks in public subnets, got undefined. Fix: set it to true, or to false if the subnets have endpoints for ECR, CloudWatch Logs, S3 and DynamoDB'
        : `network must have private subnets for the tasks, got ${kindsOf(vpc)}. Fix: use a VPC with private subnets, assignPublicIp: true, or HttpCompute.lambda()`,
    );
  }
  if (assignPublicIp && subnets.some((subnet) => isPrivate(vpc, subnet))) {
    found.push(
      'assignPublicIp must be false for tasks in private subnets, in which a public address cannot be reached, got true. Fix: remove it, or select public taskSubnets',
    );
  }
  if (!taskSubnets && !(vpc instanceof LaneVpc) && subnets.some((subnet) => vpc.isolatedSubnets.includes(subnet))) {
    found.push(
      `network must have private subnets with egress for the tasks, got ${kindsOf(vpc)}. Fix: use a VPC with such subnets, or set taskSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } if they have endpoints for ECR, CloudWatch Logs, S3 and DynamoDB`,
    );
  }
  return [...found, ...otherZoneProblems(tasks, loadBalancer)];
}

/**
 * @returns problems of tasks in zones without the load balancer, to which it sends no requests (`Target.NotInUse`):
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
 */
function otherZoneProblems(tasks: SubnetChoice, loadBalancer: SubnetChoice): string[] {
  const served = [...new Set(loadBalancer.subnets.map(zoneOf))];
  const others = new Set(tasks.subnets.map(zoneOf).filter((zone) => zone !== undefined && !served.includes(zone)));
  // Without a load balancer in two zones, that problem is reported alone.
  return served.length > 1 && !served.includes(undefined) && others.size > 0
    ? [
        `taskSubnets must be in zones of the load balancer, which sends no requests to others, got ${[...others].join(', ')}. Fix: set taskSubnets: { availabilityZones: ${JSON.stringify(served)} }`,
      ]
    : [];
}

function isPrivate(vpc: IVpc, subnet: ISubnet): boolean {
  return vpc.privateSubnets.includes(subnet) || vpc.isolatedSubnets.includes(subnet);
}

/** @returns the CDK's reason, as a value received */
function refused(refusal: string): string {
  return `a selection that the VPC refuses (${refusal.replace(/\.$/, '')})`;
}

/** @returns `only eu-west-1a`, or `none` */
function zonesIn(zones: readonly (string | undefined)[]): string {
  return zones.length === 0 ? 'none' : `only ${zones.join(', ')}`;
}

/** @returns `a VPC with public and private subnets`, or `a VPC with public subnets only` */
function kindsOf({ publicSubnets, privateSubnets, isolatedSubnets }: IVpc): string {
  const kinds = Object.entries({ public: publicSubnets, private: privateSubnets, isolated: isolatedSubnets })
    .filter(([, subnets]) => subnets.length > 0)
    .map(([kind]) => kind);
  switch (kinds.length) {
    case 0:
      return 'a VPC without subnets';
    case 1:
      return `a VPC with ${kinds[0]} subnets only`;
    default:
      return `a VPC with ${kinds.join(' and ')} subnets`;
  }
}

/** @returns true if the app creates the VPC, and no IPv6 CIDR block for it */
function isCreatedWithoutIpv6({ node }: IVpc): boolean {
  return node.defaultChild instanceof CfnVPC && !node.root.node.findAll().some(isCidrBlock);
}

/** A VPC has IPv6 only by such a resource. */
function isCidrBlock(construct: IConstruct): boolean {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === 'AWS::EC2::VPCCidrBlock';
}
