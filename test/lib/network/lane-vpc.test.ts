import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Egress } from '../../../lib/network/egress';
import { LaneVpc } from '../../../lib/network/lane-vpc';
import { retentionOf } from '../../../lib/storage/retention';
import { synthesisError, templateOf, testApp, testStack } from '../synthesized';

const availabilityZones = ['us-east-1a', 'us-east-1b', 'us-east-1d'];
const retention = retentionOf({});

describe('the network of the HTTP lane', () => {
  const stack = testStack();
  const vpc = new LaneVpc(stack, 'Vpc', { availabilityZones, retention });
  const template = Template.fromStack(stack);

  test('has a public and a private subnet in each of its zones only', () => {
    const zones = (type: string) =>
      Object.values(
        template.findResources('AWS::EC2::Subnet', {
          Properties: { Tags: Match.arrayWith([{ Key: 'aws-cdk:subnet-type', Value: type }]) as unknown as object[] },
        }),
      ).map(({ Properties }) => Properties.AvailabilityZone);
    expect(zones('Public')).toEqual(availabilityZones);
    expect(zones('Private')).toEqual(availabilityZones);
    template.resourceCountIs('AWS::EC2::Subnet', 6);
  });

  test('is dual-stack, and does not assign public IPv4 addresses automatically', () => {
    template.hasResourceProperties('AWS::EC2::VPCCidrBlock', { AmazonProvidedIpv6CidrBlock: true });
    template.allResourcesProperties('AWS::EC2::Subnet', {
      AssignIpv6AddressOnCreation: true,
      MapPublicIpOnLaunch: false,
    });
  });

  test('reaches S3 and DynamoDB by gateway endpoints', () => {
    for (const service of ['s3', 'dynamodb']) {
      template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
        VpcEndpointType: 'Gateway',
        ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, `.${service}`]] },
      });
    }
  });

  test('closes its default security group', () => {
    template.hasResourceProperties('Custom::VpcRestrictDefaultSG', {
      DefaultSecurityGroupId: { 'Fn::GetAtt': [stack.resolve(vpc.vpcId).Ref, 'DefaultSecurityGroup'] },
    });
  });

  test('has flow logs of all traffic, which are kept for three months and retained', () => {
    const [group] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    template.hasResourceProperties('AWS::EC2::FlowLog', {
      ResourceId: stack.resolve(vpc.vpcId),
      TrafficType: 'ALL',
      LogGroupName: { Ref: group },
    });
    template.hasResource('AWS::Logs::LogGroup', {
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { RetentionInDays: 90 },
    });
  });
});

test('flow logs have the retention and the removal policy of the props', () => {
  templateOf((stack) => {
    new LaneVpc(stack, 'Vpc', {
      availabilityZones,
      retention: retentionOf({ logRetention: RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY }),
    });
  }).hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete', Properties: { RetentionInDays: 1 } });
});

test.each([
  ['NAT', Egress.nat()],
  ['interface endpoints', Egress.interfaceEndpoints()],
  ['no egress', Egress.none()],
])('a network with %s performs no context lookup, even if account and Region are known', (_way, egress) => {
  const app = testApp();
  const stack = new Stack(app, 'Known', { env: { account: '111122223333', region: 'us-east-1' } });
  new LaneVpc(stack, 'Vpc', { availabilityZones, retention, egress });
  expect(app.synth().manifest.missing).toBeUndefined();
});

test('the Availability Zones of the stack do not change for other networks', () => {
  const stack = testStack();
  const before = stack.resolve(stack.availabilityZones);
  new LaneVpc(stack, 'Vpc', { availabilityZones, retention });
  expect(stack.resolve(stack.availabilityZones)).toEqual(before);
  expect(new Vpc(stack, 'Other').availabilityZones).toHaveLength(2);
});

test('the Availability Zones of the stack do not change if the network cannot be created', () => {
  const stack = testStack();
  const before = stack.resolve(stack.availabilityZones);
  new Construct(stack, 'Vpc');
  expect(() => new LaneVpc(stack, 'Vpc', { availabilityZones, retention })).toThrow('already a Construct with name');
  expect(stack.resolve(stack.availabilityZones)).toEqual(before);
});

test('a network can be created if the Region is unknown at synthesis', () => {
  const stack = new Stack(testApp(), 'Anywhere');
  new LaneVpc(stack, 'Vpc', { availabilityZones, retention });
  Template.fromStack(stack).resourceCountIs('AWS::EC2::Subnet', 6);
});

test.each([[[]], [['us-east-1a']], [['us-east-1a', 'us-east-1a']]])(
  'a network with fewer than two zones is rejected: %j',
  (zones) => {
    const message = synthesisError((stack) => new LaneVpc(stack, 'Vpc', { availabilityZones: zones, retention }));
    expect(message.split('\n').slice(1)).toEqual([
      `  [Test/Vpc] availabilityZones must have at least two zones, which a load balancer requires, got ${JSON.stringify(zones)}. Fix: add a zone of the Region`,
    ]);
  },
);

/** Logical id → IPv4 and IPv6 block of every subnet. */
function blocksIn(zones: readonly string[]): Map<string, string> {
  const template = templateOf((stack) => {
    new LaneVpc(stack, 'Vpc', { availabilityZones: zones.map((letter) => `us-east-1${letter}`), retention });
  });
  return new Map(
    Object.entries(template.findResources('AWS::EC2::Subnet')).map(([id, { Properties }]) => [
      id,
      JSON.stringify([Properties.AvailabilityZone, Properties.CidrBlock, Properties.Ipv6CidrBlock]),
    ]),
  );
}

test.each([
  ['added at the end', 'ab', 'abc'],
  ['added in between', 'ac', 'abc'],
  ['removed from the middle', 'abc', 'ac'],
  ['removed from the front', 'abc', 'bc'],
  ['replaced', 'ab', 'ac'],
  ['reordered', 'abc', 'cab'],
])('if a zone is %s, every subnet keeps its blocks, and no block moves to another subnet', (_change, before, after) => {
  const [old, fresh] = [blocksIn([...before]), blocksIn([...after])];
  const changed = [...fresh].filter(([id, blocks]) => (old.get(id) ?? blocks) !== blocks);
  const moved = [...fresh].filter(([id, blocks]) => !old.has(id) && [...old.values()].includes(blocks));
  expect({ changed, moved }).toEqual({ changed: [], moved: [] });
  expect(new Set(fresh.values()).size).toBe(2 * after.length);
});

test.each([[['us-east-1a', 'us-west-2a']], [['us-east-1a', 'us-east-1z']]])(
  'zones without different letters from a to o are rejected: %j',
  (zones) => {
    const message = synthesisError((stack) => new LaneVpc(stack, 'Vpc', { availabilityZones: zones, retention }));
    expect(message).toContain(
      `[Test/Vpc] availabilityZones must be names that end with different letters, a to o, got ${JSON.stringify(zones)}. Fix: use zones of one Region, such as ["us-east-1a", "us-east-1b"]`,
    );
  },
);
