import { RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Egress } from '../../../lib/network/egress';
import { LaneNetwork } from '../../../lib/network/lane-network';
import { exampleVpc, httpLane } from '../lanes';
import { synthesisError, testStack } from '../synthesized';

const availabilityZones = ['us-east-1a', 'us-east-1b'];

describe('a created network', () => {
  const stack = testStack();
  const lane = httpLane(stack, {
    network: LaneNetwork.create({ availabilityZones, egress: Egress.nat(1) }),
    removalPolicy: RemovalPolicy.DESTROY,
    logRetention: RetentionDays.ONE_DAY,
  });
  const template = Template.fromStack(stack);

  test('is the only VPC of the lane, with the zones and the egress of its props', () => {
    template.resourceCountIs('AWS::EC2::VPC', 1);
    template.resourceCountIs('AWS::EC2::Subnet', 4);
    template.resourceCountIs('AWS::EC2::NatGateway', 1);
    expect(lane.vpc.node.path).toBe('Test/HttpLane/Vpc');
  });

  test('has its routes to the internet before tasks start, which pull their image through them', () => {
    const routes = Object.entries(template.findResources('AWS::EC2::Route'));
    const ofTasks = routes.filter(([, { Properties }]) => !Properties.GatewayId).map(([id]) => id);
    expect(ofTasks).toHaveLength(4);
    const [service] = Object.values(template.findResources('AWS::ECS::Service'));
    expect(service?.DependsOn).toEqual(expect.arrayContaining(ofTasks));
  });

  test('has the log retention and the removal policy of the lane', () => {
    template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete', Properties: { RetentionInDays: 1 } });
    template.resourceCountIs('AWS::Logs::LogGroup', 2);
  });
});

test('an imported network is used unchanged', () => {
  const stack = testStack();
  const vpc = exampleVpc(stack);
  expect(httpLane(stack, { network: LaneNetwork.fromVpc(vpc) }).vpc).toBe(vpc);
  Template.fromStack(stack).resourceCountIs('AWS::EC2::VPC', 0);
});

test.each([
  [
    'zones of a created network',
    LaneNetwork.create({} as never),
    "availabilityZones is required, got undefined. Fix: use ['us-east-1a', 'us-east-1b']",
  ],
  [
    'VPC of an existing network',
    LaneNetwork.fromVpc(undefined as never),
    "vpc is required, got undefined. Fix: use Vpc.fromLookup(this, 'Vpc', { vpcName: 'shared' })",
  ],
])('missing %s are reported, although loaders such as tsx check no types', (_, network, message) => {
  expect(() => httpLane(testStack(), { network })).toThrow(`[Test/HttpLane] ${message}`);
});

test('a created network without zones is rejected', () => {
  expect(
    synthesisError((stack) => httpLane(stack, { network: LaneNetwork.create({ availabilityZones: [] }) })),
  ).toContain(
    '[Test/HttpLane/Vpc] availabilityZones must have at least two zones, which a load balancer requires, got []',
  );
});
