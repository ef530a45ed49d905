import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { addLaneLoadBalancer, type LaneLoadBalancerProps } from '../../../lib/load-balancer/lane-load-balancer';
import { LaneNetwork } from '../../../lib/network/lane-network';
import { retentionOf } from '../../../lib/storage/retention';
import { exampleVpc } from '../lanes';
import { attributesOf, testStack } from '../synthesized';

function templateWith(props: Partial<LaneLoadBalancerProps> = {}, stack = testStack()): Template {
  addLaneLoadBalancer(stack, {
    network: {
      vpc: props.network?.vpc ?? exampleVpc(stack),
      ipAddressType: IpAddressType.DUAL_STACK,
      loadBalancerSubnets: { subnetType: SubnetType.PUBLIC },
      taskSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      assignPublicIp: false,
      taskProblems: [],
    },
    lane: 'HTTP lane',
    idleTimeout: Duration.seconds(60),
    retention: retentionOf({}),
    ...props,
  });
  return Template.fromStack(stack);
}

test('a public load balancer drops invalid headers, and rejects requests that could desynchronize servers', () => {
  expect(attributesOf(templateWith(), 'LoadBalancer')).toMatchObject({
    'routing.http.drop_invalid_header_fields.enabled': 'true',
    'routing.http.desync_mitigation_mode': 'strictest',
  });
});

test('the security group of a public load balancer admits nobody and reaches nothing without a listener', () => {
  const template = templateWith();
  const [group] = Object.values(template.findResources('AWS::EC2::SecurityGroup'));
  expect(group?.Properties).not.toHaveProperty('SecurityGroupIngress');
  expect(group?.Properties.SecurityGroupEgress).toEqual([expect.objectContaining({ CidrIp: '255.255.255.255/32' })]);
  template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 0);
});

test.each([
  ['by default', {}, 1],
  ['in a stage that keeps no data', { retention: retentionOf({ removalPolicy: RemovalPolicy.DESTROY }) }, 0],
  ['without access logs', { accessLogs: false }, 0],
])('a public load balancer %s has the expected buckets for access logs', (_what, props, buckets) => {
  templateWith(props).resourceCountIs('AWS::S3::Bucket', buckets);
});

describe('an internal load balancer', () => {
  const gateway = { hostName: 'app.example.com', internalLoadBalancers: true, originSecret: undefined };
  const stack = testStack();
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1',
    vpcCidrBlock: '10.0.0.0/16',
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    publicSubnetIds: ['public-a', 'public-b'],
    privateSubnetIds: ['one-a', 'one-b', 'two-a', 'two-b'],
    privateSubnetNames: ['One', 'Two'],
  });
  const network = LaneNetwork.fromVpc(vpc, { ipAddressType: IpAddressType.DUAL_STACK }).bind(stack, retentionOf({}));
  const template = templateWith({ gateway, network }, stack);

  test('is in one of the subnets of the tasks in each zone, because AWS accepts no more', () => {
    expect(stack.resolve(vpc.selectSubnets(network.taskSubnets).subnetIds)).toHaveLength(4);
    const [loadBalancer] = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
    const chosen: string[] = loadBalancer?.Properties.Subnets;
    expect(chosen.map((id) => id.slice(-1)).sort()).toEqual(['a', 'b']);
    expect(loadBalancer?.Properties.Scheme).toBe('internal');
  });

  test('has IPv4 addresses only, by which CloudFront reaches it, also in a network with IPv6', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { IpAddressType: 'ipv4' });
  });

  test('has a security group that admits nobody without a listener, and names the VPC', () => {
    const [group] = Object.values(template.findResources('AWS::EC2::SecurityGroup'));
    expect(group?.Properties).not.toHaveProperty('SecurityGroupIngress');
    expect(group?.Properties.GroupDescription).toBe(
      'Load balancer of the HTTP lane: in from the VPC, out to its targets only',
    );
  });
});
