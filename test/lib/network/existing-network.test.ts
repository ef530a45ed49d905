import { CfnResource, Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { type CfnSubnet, IpProtocol, Subnet, SubnetType, Vpc, type VpcAttributes } from 'aws-cdk-lib/aws-ec2';
import { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ExistingNetworkOptions } from '../../../lib/network/existing-network-options';
import { HttpCompute } from '../../../lib/http-lane/http-compute';
import { LaneNetwork } from '../../../lib/network/lane-network';
import { retentionOf } from '../../../lib/storage/retention';
import { httpLane } from '../lanes';
import { synthesisError, templateOf, testApp } from '../synthesized';

const availabilityZones = ['us-east-1a', 'us-east-1b'];
const PUBLIC = { publicSubnetIds: ['subnet-public-a', 'subnet-public-b'] };
const PRIVATE = { privateSubnetIds: ['subnet-private-a', 'subnet-private-b'] };
const ISOLATED = { isolatedSubnetIds: ['subnet-isolated-a', 'subnet-isolated-b'] };

/** An imported VPC with these subnets. */
function imported(stack: Stack, attributes: Partial<VpcAttributes>): Vpc {
  return Vpc.fromVpcAttributes(stack, 'ExistingVpc', {
    vpcId: 'vpc-1',
    availabilityZones,
    // The lanes do not use the route tables. Without them, the CDK prints a warning for each subnet.
    publicSubnetRouteTableIds: attributes.publicSubnetIds,
    privateSubnetRouteTableIds: attributes.privateSubnetIds,
    isolatedSubnetRouteTableIds: attributes.isolatedSubnetIds,
    ...attributes,
  }) as Vpc;
}

/** The template of a lane in the VPC. */
function templateIn(
  vpcIn: (stack: Stack) => Vpc,
  options: ExistingNetworkOptions = {},
  compute?: HttpCompute,
): Template {
  return templateOf((stack) => {
    httpLane(stack, { network: LaneNetwork.fromVpc(vpcIn(stack), options), ...(compute && { compute }) });
  });
}

/** The problems of a lane in the VPC. */
function problemsIn(
  vpcIn: (stack: Stack) => Vpc,
  options: ExistingNetworkOptions = {},
  compute?: HttpCompute,
): string[] {
  return synthesisError((stack) => {
    httpLane(stack, { network: LaneNetwork.fromVpc(vpcIn(stack), options), ...(compute && { compute }) });
  })
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
}

/** Types of the records of the lane's host. */
function recordsIn(template: Template): string[] {
  return Object.values(template.findResources('AWS::Route53::RecordSet'))
    .map(({ Properties }) => Properties.Type)
    .sort();
}

function created(stack: Stack, ipProtocol: IpProtocol): Vpc {
  return new Vpc(stack, 'Created', { availabilityZones, ipProtocol });
}

describe('the load balancer in an existing VPC', () => {
  test.each<[string, (stack: Stack) => Vpc, ExistingNetworkOptions]>([
    ['in an imported VPC', (stack) => imported(stack, { ...PUBLIC, ...PRIVATE }), {}],
    ['in a VPC that the app creates without IPv6', (stack) => created(stack, IpProtocol.IPV4_ONLY), {}],
    [
      'in a VPC of which only one public subnet has IPv6',
      (stack) => {
        const vpc = created(stack, IpProtocol.IPV4_ONLY);
        const [first] = vpc.publicSubnets.map(({ node }) => node.defaultChild as CfnSubnet);
        if (first) first.ipv6CidrBlock = '2001:db8::/64';
        return vpc;
      },
      {},
    ],
    ['if the options say so', (stack) => created(stack, IpProtocol.DUAL_STACK), { ipAddressType: IpAddressType.IPV4 }],
  ])('has IPv4 only, without an AAAA record and rules for IPv6, %s', (_, vpcIn, options) => {
    const template = templateIn(vpcIn, options);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { IpAddressType: 'ipv4' });
    expect(recordsIn(template)).toEqual(['A']);
    expect(JSON.stringify(template.findResources('AWS::EC2::SecurityGroup'))).not.toContain('CidrIpv6');
  });

  test.each<[string, (stack: Stack) => Vpc, ExistingNetworkOptions]>([
    ['in a VPC that the app creates with IPv6', (stack) => created(stack, IpProtocol.DUAL_STACK), {}],
    [
      'in an imported VPC if the options say so',
      (stack) => imported(stack, { ...PUBLIC, ...PRIVATE }),
      { ipAddressType: IpAddressType.DUAL_STACK },
    ],
    [
      'in a VPC to which the app adds IPv6, if the options say so',
      (stack) => {
        const vpc = created(stack, IpProtocol.IPV4_ONLY);
        new CfnResource(stack, 'Ipv6', {
          type: 'AWS::EC2::VPCCidrBlock',
          properties: { VpcId: vpc.vpcId, AmazonProvidedIpv6CidrBlock: true },
        });
        return vpc;
      },
      { ipAddressType: IpAddressType.DUAL_STACK },
    ],
  ])('is dual-stack, with an AAAA record and rules for IPv6, %s', (_, vpcIn, options) => {
    const template = templateIn(vpcIn, options);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { IpAddressType: 'dualstack' });
    expect(recordsIn(template)).toEqual(['A', 'AAAA']);
    expect(JSON.stringify(template.findResources('AWS::EC2::SecurityGroup')).match(/CidrIpv6/g)).toHaveLength(2);
  });

  test('uses one public subnet in each zone, because it accepts no more', () => {
    const publicSubnetIds = ['subnet-1a', 'subnet-1b', 'subnet-2a', 'subnet-2b'];
    templateIn((stack) => imported(stack, { publicSubnetIds, ...PRIVATE })).hasResourceProperties(
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
      { Subnets: ['subnet-1a', 'subnet-1b'] },
    );
  });

  test('uses the selected subnets, whose zones can be unknown', () => {
    const template = templateOf((stack) => {
      const subnets = ['subnet-x', 'subnet-y'].map((id) => Subnet.fromSubnetId(stack, id, id));
      const vpc = imported(stack, { ...PUBLIC, ...PRIVATE });
      httpLane(stack, { network: LaneNetwork.fromVpc(vpc, { loadBalancerSubnets: { subnets } }) });
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Subnets: ['subnet-x', 'subnet-y'] });
  });
});

describe('the tasks in an existing VPC', () => {
  const subnetsOf = (template: Template) =>
    Object.values(template.findResources('AWS::ECS::Service'))[0]?.Properties.NetworkConfiguration.AwsvpcConfiguration;

  test('use the private subnets, without public addresses', () => {
    expect(subnetsOf(templateIn((stack) => imported(stack, { ...PUBLIC, ...PRIVATE, ...ISOLATED })))).toMatchObject({
      AssignPublicIp: 'DISABLED',
      Subnets: PRIVATE.privateSubnetIds,
    });
  });

  test('use the public subnets with public addresses', () => {
    const template = templateIn((stack) => imported(stack, { ...PUBLIC, ...PRIVATE }), { assignPublicIp: true });
    expect(subnetsOf(template)).toMatchObject({ AssignPublicIp: 'ENABLED', Subnets: PUBLIC.publicSubnetIds });
  });

  test('use the public subnets without public addresses if that is set', () => {
    const options = { taskSubnets: { subnetType: SubnetType.PUBLIC }, assignPublicIp: false };
    expect(subnetsOf(templateIn((stack) => imported(stack, PUBLIC), options))).toMatchObject({
      AssignPublicIp: 'DISABLED',
      Subnets: PUBLIC.publicSubnetIds,
    });
  });

  test('use isolated subnets if they are selected', () => {
    const options = { taskSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } };
    expect(subnetsOf(templateIn((stack) => imported(stack, { ...PUBLIC, ...ISOLATED }), options))).toMatchObject({
      Subnets: ISOLATED.isolatedSubnetIds,
    });
  });

  test('use the network of another lane with its access to AWS', () => {
    const template = templateOf((stack) => {
      const { vpc } = LaneNetwork.create({ availabilityZones }).bind(stack, retentionOf({}));
      httpLane(stack, { network: LaneNetwork.fromVpc(vpc) });
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { IpAddressType: 'dualstack' });
  });
});

test.each<[string, Partial<VpcAttributes>]>([
  ['public', PUBLIC],
  ['public and isolated', { ...PUBLIC, ...ISOLATED }],
])('a VPC with %s subnets only is accepted for a function', (_, attributes) => {
  expect(() => templateIn((stack) => imported(stack, attributes), {}, HttpCompute.lambda())).not.toThrow();
});

const ZONES = 'public subnets in two or more zones, which the load balancer requires';
const SELECT = 'Fix: use a VPC with public subnets in two zones, and select them';
const WITHOUT_EGRESS =
  'Fix: use a VPC with such subnets, or set taskSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } if they have endpoints for ECR, CloudWatch Logs, S3 and DynamoDB';

test.each<[string, Partial<VpcAttributes>, ExistingNetworkOptions, string]>([
  [
    'with public subnets only',
    PUBLIC,
    {},
    'network must have private subnets for the tasks, got a VPC with public subnets only. Fix: use a VPC with private subnets, assignPublicIp: true, or HttpCompute.lambda()',
  ],
  [
    'with private subnets only',
    PRIVATE,
    {},
    `network must have ${ZONES}, got none in a VPC with private subnets only. ${SELECT}`,
  ],
  [
    'with isolated subnets for the tasks that are not selected',
    { ...PUBLIC, ...ISOLATED },
    {},
    `network must have private subnets with egress for the tasks, got a VPC with public and isolated subnets. ${WITHOUT_EGRESS}`,
  ],
  [
    'in one zone',
    { availabilityZones: ['us-east-1a'], publicSubnetIds: ['subnet-a'], privateSubnetIds: ['subnet-b'] },
    {},
    `network must have ${ZONES}, got only us-east-1a in a VPC with public and private subnets. ${SELECT}`,
  ],
  [
    'without the selected subnets of the load balancer',
    { ...PUBLIC, ...PRIVATE },
    { loadBalancerSubnets: { subnetGroupName: 'Web' } },
    `loadBalancerSubnets must have ${ZONES}, got a selection that the VPC refuses (There are no subnet groups with name 'Web' in this VPC. Available names: Public,Private). ${SELECT}`,
  ],
  [
    'without the selected subnets of the tasks',
    { ...PUBLIC, ...PRIVATE },
    { taskSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } },
    "taskSubnets must have subnets for the tasks, got a selection that the VPC refuses (There are no 'Isolated' subnet groups in this VPC. Available types: Deprecated_Private_NAT,Private,Deprecated_Private,Public). Fix: use a VPC with private subnets, or HttpCompute.lambda()",
  ],
  [
    'with two selected subnets of one zone',
    { publicSubnetIds: ['subnet-1a', 'subnet-1b', 'subnet-2a', 'subnet-2b'], ...PRIVATE },
    { loadBalancerSubnets: { subnetType: SubnetType.PUBLIC } },
    'loadBalancerSubnets must have one subnet in each zone, got two in us-east-1a. Fix: add onePerAz: true to the selection',
  ],
  [
    'with private subnets for the load balancer',
    { ...PUBLIC, ...PRIVATE },
    { loadBalancerSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS } },
    'loadBalancerSubnets must be public subnets, because clients connect from the internet, got private ones. Fix: use { subnetType: SubnetType.PUBLIC }',
  ],
  [
    'with public subnets for tasks without a choice of their addresses',
    { ...PUBLIC, ...PRIVATE },
    { taskSubnets: { subnetType: SubnetType.PUBLIC } },
    'assignPublicIp must be set for tasks in public subnets, got undefined. Fix: set it to true, or to false if the subnets have endpoints for ECR, CloudWatch Logs, S3 and DynamoDB',
  ],
  [
    'with public addresses in private subnets',
    { ...PUBLIC, ...PRIVATE },
    { taskSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS }, assignPublicIp: true },
    'assignPublicIp must be false for tasks in private subnets, in which a public address cannot be reached, got true. Fix: remove it, or select public taskSubnets',
  ],
  [
    'with tasks in a zone without the load balancer',
    {
      availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      publicSubnetIds: ['subnet-1a', 'subnet-1b', 'subnet-1c'],
      privateSubnetIds: ['subnet-2a', 'subnet-2b', 'subnet-2c'],
    },
    { loadBalancerSubnets: { availabilityZones } },
    'taskSubnets must be in zones of the load balancer, which sends no requests to others, got us-east-1c. Fix: set taskSubnets: { availabilityZones: ["us-east-1a","us-east-1b"] }',
  ],
  [
    'with a load balancer without public IPv4 addresses',
    { ...PUBLIC, ...PRIVATE },
    { ipAddressType: IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4 },
    'ipAddressType must be IPV4 or DUAL_STACK, because clients that have only IPv4 must reach the lane, got dualstack-without-public-ipv4. Fix: use IpAddressType.DUAL_STACK',
  ],
])('a VPC %s is rejected', (_, attributes, options, problem) => {
  expect(problemsIn((stack) => imported(stack, attributes), options)).toEqual([`[Test/HttpLane] ${problem}`]);
});

test('a VPC without subnets has one problem for the load balancer and one for the tasks', () => {
  expect(problemsIn((stack) => imported(stack, {}))).toEqual([
    `[Test/HttpLane] network must have ${ZONES}, got none in a VPC without subnets. ${SELECT}`,
    '[Test/HttpLane] network must have subnets for the tasks, got a VPC without subnets. Fix: use a VPC with private subnets, or HttpCompute.lambda()',
  ]);
});

test('a dual-stack load balancer is rejected in a VPC that the app creates without IPv6', () => {
  expect(
    problemsIn((stack) => created(stack, IpProtocol.IPV4_ONLY), { ipAddressType: IpAddressType.DUAL_STACK }),
  ).toEqual([
    '[Test/HttpLane] ipAddressType must be IPV4 in a VPC without IPv6, got dualstack. Fix: use IpAddressType.IPV4, or create the VPC with ipProtocol: IpProtocol.DUAL_STACK',
  ]);
});

test('a VPC that is looked up is not judged by its placeholders in the first synthesis', () => {
  const stack = new Stack(testApp(), 'Test', { env: { account: '111122223333', region: 'us-east-1' } });
  const vpc = Vpc.fromLookup(stack, 'LookedUp', { isDefault: true });
  const options = { loadBalancerSubnets: { subnetGroupName: 'Web' }, taskSubnets: { subnetGroupName: 'Tasks' } };
  const lane = httpLane(stack, { network: LaneNetwork.fromVpc(vpc, options) });
  expect(lane.node.validate()).toEqual([]);
});
