import { retryHazardsOf, updateOf } from './hazards';
import type { CfnResource } from './template';

type Resources = Record<string, CfnResource>;

function hazards(before: Resources, after: Resources, exports: [unknown, unknown] = ['x', 'x']): string[] {
  const outputs = (Value: unknown) => ({ Out: { Value, Export: { Name: 'Shared' } } });
  const update = updateOf(
    { Resources: before, Outputs: outputs(exports[0]) },
    { Resources: after, Outputs: outputs(exports[1]) },
  );
  return update.hazards.map(({ what }) => what);
}

const table = (keys: string, DeletionPolicy = 'Delete'): CfnResource => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: { KeySchema: [{ AttributeName: keys, KeyType: 'HASH' }] },
  DeletionPolicy,
});
const record = (Name: string): CfnResource => ({
  Type: 'AWS::Route53::RecordSet',
  Properties: { HostedZoneId: 'Z1', Name, Type: 'A' },
});
const subnet = (VpcId: unknown, CidrBlock: string, AvailabilityZone: string): CfnResource => ({
  Type: 'AWS::EC2::Subnet',
  Properties: { VpcId, CidrBlock, AvailabilityZone },
});
const reader = (BatchSize: number): CfnResource => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { FunctionName: `f${BatchSize}`, EventSourceArn: 'stream', StartingPosition: 'TRIM_HORIZON' },
});
const vpc = (CidrBlock: string): CfnResource => ({ Type: 'AWS::EC2::VPC', Properties: { CidrBlock } });

test('a table that is replaced is a hazard', () => {
  expect(hazards({ T: table('a') }, { T: table('b') })).toEqual(['replaces Table']);
});

test('a table that leaves the stack is a hazard only if it is deleted', () => {
  expect(hazards({ T: table('a') }, {})).toEqual(['deletes Table']);
  expect(hazards({ T: table('a', 'RetainExceptOnCreate') }, {})).toEqual([]);
});

test('a record that moves to another logical id is a hazard', () => {
  expect(hazards({ A: record('ws.') }, { B: record('ws.') })).toEqual(['moves the name of RecordSet']);
  expect(hazards({ A: record('ws.') }, { A: record('ws2.') })).toEqual([]);
});

test('two records that swap their names are a hazard', () => {
  expect(hazards({ A: record('a.'), B: record('b.') }, { A: record('b.'), B: record('a.') })).toEqual([
    'moves the name of RecordSet',
    'moves the name of RecordSet',
  ]);
});

test('a subnet that is replaced by one with the same addresses is a hazard', () => {
  expect(hazards({ S: subnet('v', '10.0.0.0/24', 'a') }, { S: subnet('v', '10.0.0.0/24', 'b') })).toEqual([
    'replaces Subnet by one of the same name',
  ]);
});

test('a subnet with the same addresses in a new VPC is no hazard', () => {
  const inside = subnet({ Ref: 'V' }, '10.0.0.0/24', 'a');
  expect(hazards({ V: vpc('10.0.0.0/16'), S: inside }, { V: vpc('10.0.0.0/17'), S: inside })).toEqual([]);
});

test('a new mapping of a stream is a hazard, a changed one is not', () => {
  expect(hazards({ A: reader(1) }, { B: reader(2) })).toEqual(['reads a stream again']);
  expect(hazards({ A: reader(1) }, { A: reader(2) })).toEqual([]);
});

test('a load balancer whose VPC changes is a hazard', () => {
  const lane = (VpcId: string): Resources => ({
    L: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: {} },
    G: { Type: 'AWS::EC2::SecurityGroup', Properties: { VpcId } },
  });
  expect(hazards(lane('vpc-1'), lane('vpc-2'))).toEqual(['moves LoadBalancer to another VPC']);
  expect(hazards(lane('vpc-1'), lane('vpc-1'))).toEqual([]);
});

describe('a load balancer that is replaced', () => {
  const lane = (Scheme: string, group = 'G'): Resources => ({
    L: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Scheme } },
    [group]: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { Port: 8080 } },
    Https: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: {
        LoadBalancerArn: { Ref: 'L' },
        DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: group } }],
      },
    },
  });
  const byRule = (Scheme: string, group = 'G'): Resources => {
    const { Https, ...others } = lane(Scheme, group);
    const { DefaultActions: Actions, ...listener } = Https?.Properties ?? {};
    return {
      ...others,
      Https: { Type: Https?.Type ?? '', Properties: listener },
      Rule: {
        Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
        Properties: { ListenerArn: { Ref: 'Https' }, Actions },
      },
    };
  };

  test.each([
    ['its listener', lane],
    ['a rule', byRule],
  ])('is a hazard if the target group of %s stays', (_, of) => {
    expect(hazards(of('internal'), of('internet-facing'))).toEqual(['attaches TargetGroup to a second LoadBalancer']);
    expect(hazards(of('internal'), of('internal'))).toEqual([]);
  });

  test('is no hazard if it gets another target group', () => {
    expect(hazards(lane('internal'), lane('internet-facing', 'H'))).toEqual([]);
    expect(hazards(lane('internal'), byRule('internet-facing', 'H'))).toEqual([]);
  });

  test('is a hazard if a VPC origin stays, which CloudFront does not change while a distribution uses it', () => {
    const origin: Resources = {
      O: { Type: 'AWS::CloudFront::VpcOrigin', Properties: { VpcOriginEndpointConfig: { Arn: { Ref: 'L' } } } },
    };
    expect(hazards({ ...lane('internal'), ...origin }, { ...lane('internet-facing', 'H'), ...origin })).toEqual([
      'changes VpcOrigin in use',
    ]);
    expect(hazards({ ...lane('internal'), ...origin }, lane('internet-facing', 'H'))).toEqual([]);
  });
});

test('a VPC origin that changes is a hazard', () => {
  const origin = (HTTPSPort: number): Resources => ({
    O: { Type: 'AWS::CloudFront::VpcOrigin', Properties: { VpcOriginEndpointConfig: { Arn: 'arn', HTTPSPort } } },
  });
  expect(hazards(origin(443), origin(8443))).toEqual(['changes VpcOrigin in use']);
  expect(hazards(origin(443), origin(443))).toEqual([]);
});

test('an export whose value changes is a hazard', () => {
  expect(hazards({}, {}, ['x', 'y'])).toEqual(['changes an export']);
});

describe('a first deployment cannot be repeated if', () => {
  const blocked = (resource: CfnResource) =>
    retryHazardsOf({ Resources: { R: resource, Api: { Type: 'AWS::ApiGatewayV2::Api' } } }).map(({ what }) => what);
  const group = (LogGroupName: unknown, DeletionPolicy: string): CfnResource => ({
    Type: 'AWS::Logs::LogGroup',
    Properties: { LogGroupName },
    DeletionPolicy,
  });

  test('a resource with a fixed name is kept after the rollback', () => {
    expect(blocked(group('waf', 'Retain'))).toEqual(['keeps LogGroup with a fixed name']);
    expect(blocked(group('waf', 'RetainExceptOnCreate'))).toEqual([]);
    expect(blocked(group({ 'Fn::Join': ['', ['waf-', { Ref: 'Api' }]] }, 'Retain'))).toEqual([]);
  });

  test('a protected resource must be deleted', () => {
    const kept = { ...table('a'), Properties: { DeletionProtectionEnabled: true } };
    expect(blocked(kept)).toEqual(['cannot delete the protected Table']);
    expect(blocked({ ...kept, DeletionPolicy: 'Retain' })).toEqual([]);
  });

  test('a bucket that AWS writes to must be deleted', () => {
    expect(blocked({ Type: 'AWS::S3::Bucket', DeletionPolicy: 'RetainExceptOnCreate' })).toEqual([
      'cannot delete the filled Bucket',
    ]);
    expect(blocked({ Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' })).toEqual([]);
  });

  test('a bucket keeps the files that a custom resource has copied', () => {
    const page = (RetainOnDelete: boolean) => ({
      Resources: {
        Page: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Delete' },
        Files: {
          Type: 'Custom::CDKBucketDeployment',
          Properties: { DestinationBucketName: { Ref: 'Page' }, RetainOnDelete },
        },
      },
    });
    expect(retryHazardsOf(page(true)).map(({ what }) => what)).toEqual(['cannot delete the filled Bucket']);
    expect(retryHazardsOf(page(false))).toEqual([]);
  });
});

test('a type whose identity was not decided is refused', () => {
  expect(() => retryHazardsOf({ Resources: { R: { Type: 'AWS::New::Type' } } })).toThrow(
    'identities.ts does not contain AWS::New::Type',
  );
});
