import { Duration, RemovalPolicy, Size, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { wildcardReason } from '../../../lib/compliance/wildcard';
import { LaneFunction, type LaneFunctionProps } from '../../../lib/functions/lane-function';
import { retentionOf } from '../../../lib/storage/retention';
import { exampleVpc } from '../lanes';
import { statementsOf, synthesisError, templateOf, testStack } from '../synthesized';

function laneFunction(stack: Stack, props: Partial<LaneFunctionProps> = {}): LaneFunction {
  return new LaneFunction(stack, 'Fn', {
    entry: 'lambda/connect.handler.ts',
    description: 'A test',
    retention: retentionOf({}),
    ...props,
  });
}

describe('a lane function', () => {
  const stack = testStack();
  const fn = laneFunction(stack);
  const template = Template.fromStack(stack);

  test('runs on arm64 and nodejs24.x, traced, with 512 MiB for 10 s', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      MemorySize: 512,
      Timeout: 10,
      TracingConfig: { Mode: 'Active' },
      Description: 'A test',
    });
  });

  test('has no VPC, no reserved concurrency and no environment variables', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: Match.absent(),
      ReservedConcurrentExecutions: Match.absent(),
      Environment: Match.absent(),
    });
    expect(fn.reservedConcurrency).toBeUndefined();
  });

  test('has no provisioned concurrency, and is invoked without an alias', () => {
    template.resourceCountIs('AWS::Lambda::Alias', 0);
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 0);
    expect(fn.invocable).toBe(fn.function);
    expect(fn.scaling).toBeUndefined();
  });

  test('logs to its own log group, which keeps events for three months and is retained', () => {
    template.hasResource('AWS::Logs::LogGroup', {
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { RetentionInDays: 90 },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogGroup: stack.resolve(fn.logGroup.logGroupName) },
    });
  });

  test('has permission only to write its log and its traces', () => {
    expect(statementsOf(stack, fn)).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: stack.resolve(fn.logGroup.logGroupArn),
      },
      { Effect: 'Allow', Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: '*' },
    ]);
  });

  test('has no managed policy', () => {
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });
});

describe('a lane function without tracing', () => {
  const stack = testStack();
  const fn = laneFunction(stack, { tracing: false });
  const template = Template.fromStack(stack);

  test('is not traced', () => {
    template.hasResourceProperties('AWS::Lambda::Function', { TracingConfig: Match.absent() });
    expect(fn.tracing).toBe(false);
  });

  test('has permission only to write its log, and no reason for a wildcard', () => {
    expect(statementsOf(stack, fn)).toEqual([
      expect.objectContaining({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }),
    ]);
    expect(wildcardReason(fn.grantPrincipal as Role, '*')).toBeUndefined();
  });
});

test('a lane function in a VPC without tracing has only the reason for the wildcard of network interfaces', () => {
  const stack = testStack();
  const vpc = exampleVpc(stack);
  const network = {
    vpc,
    vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    securityGroups: [new SecurityGroup(stack, 'Group', { vpc })],
  };
  const reasonWith = (id: string, tracing: boolean) =>
    wildcardReason(
      new LaneFunction(stack, id, {
        entry: 'lambda/connect.handler.ts',
        description: 'A test',
        retention: retentionOf({}),
        network,
        tracing,
      }).grantPrincipal as Role,
      '*',
    );
  expect(reasonWith('Traced', true)).toMatch(/^X-Ray .* Lambda uses the role/);
  expect(reasonWith('Untraced', false)).toMatch(/^Lambda uses the role/);
});

test('a lane function has the memory, timeout, variables, reserved concurrency and retention of its props', () => {
  const template = templateOf((stack) => {
    laneFunction(stack, {
      memorySize: Size.gibibytes(1),
      timeout: Duration.seconds(3),
      environment: { NAME: 'value' },
      reservedConcurrency: 20,
      retention: retentionOf({ logRetention: RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY }),
    });
  });
  template.hasResourceProperties('AWS::Lambda::Function', {
    MemorySize: 1024,
    Timeout: 3,
    Environment: { Variables: { NAME: 'value' } },
    ReservedConcurrentExecutions: 20,
  });
  template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete', Properties: { RetentionInDays: 1 } });
});

/** Actions with which Lambda connects a function to a VPC. */
const INTERFACES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

describe('a lane function in a network', () => {
  const stack = testStack();
  const vpc = exampleVpc(stack);
  const group = new SecurityGroup(stack, 'Group', { vpc, allowAllOutbound: false });
  const fn = laneFunction(stack, {
    network: { vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS }, securityGroups: [group] },
  });
  const template = Template.fromStack(stack);

  test('has the subnets and the security groups of the network', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: {
        SubnetIds: ['subnet-private-a', 'subnet-private-b'],
        SecurityGroupIds: [stack.resolve(group.securityGroupId)],
      },
    });
  });

  test('has the permissions with which Lambda manages its network interfaces, in its own policy', () => {
    expect(statementsOf(stack, fn)).toContainEqual({
      Effect: 'Allow',
      Action: [...INTERFACES, 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      Resource: '*',
    });
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });

  test('denies these permissions to the code of a function, whose requests have the ARN of the function', () => {
    expect(statementsOf(stack, fn)).toContainEqual({
      Effect: 'Deny',
      Action: INTERFACES,
      Resource: '*',
      Condition: {
        ArnLike: {
          'lambda:SourceFunctionArn': {
            'Fn::Join': ['', ['arn:aws:lambda:us-east-1:', { Ref: 'AWS::AccountId' }, ':function:*']],
          },
        },
      },
    });
  });

  test('is created after its permissions, without which Lambda refuses the network', () => {
    const [policy] = Object.keys(template.findResources('AWS::IAM::Policy'));
    template.hasResource('AWS::Lambda::Function', { DependsOn: Match.arrayWith([policy]) });
  });

  test('states the reason for the permission on all network interfaces', () => {
    expect(wildcardReason(fn.grantPrincipal as Role, '*')).toContain('network interfaces');
  });
});

describe('provisioned concurrency', () => {
  const stack = testStack();
  const fn = laneFunction(stack, { provisionedConcurrency: { minCapacity: 2, maxCapacity: 5 } });
  const template = Template.fromStack(stack);

  test('belongs to an alias of a published version, which is invoked', () => {
    const [version] = Object.keys(template.findResources('AWS::Lambda::Version'));
    template.hasResourceProperties('AWS::Lambda::Alias', {
      Name: 'live',
      FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
    });
    expect(stack.resolve(fn.invocable.functionArn)).toEqual({
      Ref: Object.keys(template.findResources('AWS::Lambda::Alias'))[0],
    });
  });

  test('is scaled by its utilization between the minimum and the maximum', () => {
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: 2,
      MaxCapacity: 5,
      ScalableDimension: 'lambda:function:ProvisionedConcurrency',
    });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
        TargetValue: 0.7,
      },
    });
  });

  test('has a scaling property with the resource ID of Application Auto Scaling', () => {
    expect(stack.resolve(fn.scaling)).toEqual({
      resourceId: { 'Fn::Join': ['', ['function:', stack.resolve(fn.function.functionName), ':live']] },
      minCapacity: 2,
      maxCapacity: 5,
    });
  });

  test('has the utilization target of its props', () => {
    templateOf((other) => {
      laneFunction(other, { provisionedConcurrency: { minCapacity: 1, maxCapacity: 1, utilizationTarget: 0.5 } });
    }).hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: { TargetValue: 0.5 },
    });
  });
});

test.each([0, -1, 1.5])('a reserved concurrency of %p is rejected', (reservedConcurrency) => {
  expect(synthesisError((stack) => laneFunction(stack, { reservedConcurrency }))).toContain(
    `[Test/Fn] reservedConcurrency must be a whole number, 1 or more (0 disables the function), got ${reservedConcurrency}. Fix: use 1 or more, or remove it`,
  );
});

test('all problems of provisioned concurrency are reported together', () => {
  const message = synthesisError((stack) =>
    laneFunction(stack, {
      reservedConcurrency: -2,
      provisionedConcurrency: { minCapacity: 0, maxCapacity: -1, utilizationTarget: 1 },
    }),
  );
  expect(message.split('\n').slice(1)).toEqual([
    expect.stringContaining('reservedConcurrency must be a whole number, 1 or more (0 disables the function), got -2'),
    '  [Test/Fn] provisionedConcurrency.minCapacity must be a whole number, 1 or more, got 0. Fix: use 1 or more, or remove provisionedConcurrency',
    '  [Test/Fn] provisionedConcurrency.minCapacity must be <= maxCapacity, got 0 > -1. Fix: raise maxCapacity',
    '  [Test/Fn] provisionedConcurrency.maxCapacity must be <= reservedConcurrency, got -1 > -2. Fix: raise reservedConcurrency',
    '  [Test/Fn] provisionedConcurrency.utilizationTarget must be 0.1 to 0.9, got 1. Fix: use 0.7',
  ]);
});
