import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Port } from 'aws-cdk-lib/aws-ec2';
import { CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { FargateComputeProps } from '../../../lib/http-lane/fargate-compute-props';
import type { HttpLaneProps } from '../../../lib/http-lane/http-lane';
import { exampleFargate, httpLane } from '../lanes';
import { attributesOf, containerOf, synthesisError, templateOf, testStack } from '../synthesized';

function templateWith(compute: FargateComputeProps, props: Partial<HttpLaneProps> = {}): Template {
  return templateOf((stack) => {
    httpLane(stack, { compute: exampleFargate(compute), ...props });
  });
}

describe('the containers of the HTTP lane', () => {
  test('have the size, port, user, health check and variables of their props', () => {
    const template = templateWith({
      cpu: 1024,
      memoryLimitMiB: 2048,
      containerPort: 3000,
      user: 'app',
      healthCheckPath: '/ready',
      environment: { NAME: 'value' },
    });
    template.hasResourceProperties('AWS::ECS::TaskDefinition', { Cpu: '1024', Memory: '2048' });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Port: 3000,
      HealthCheckPath: '/ready',
    });
    expect(containerOf(template)).toMatchObject({
      User: 'app',
      PortMappings: [{ ContainerPort: 3000 }],
      Environment: expect.arrayContaining([
        { Name: 'PORT', Value: '3000' },
        { Name: 'NAME', Value: 'value' },
      ]),
    });
  });

  test('have the CPU architecture and the writable file system of their props', () => {
    const template = templateWith({ cpuArchitecture: CpuArchitecture.X86_64, readonlyRootFilesystem: false });
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      RuntimePlatform: { CpuArchitecture: 'X86_64', OperatingSystemFamily: 'LINUX' },
    });
    expect(containerOf(template)).toMatchObject({ ReadonlyRootFilesystem: false });
  });

  test('have the scaling of their props', () => {
    const template = templateWith({
      scaling: {
        minCapacity: 3,
        maxCapacity: 3,
        requestsPerTarget: 100,
        targetUtilizationPercent: 40,
        scaleOutCooldown: Duration.seconds(1),
        scaleInCooldown: Duration.seconds(2),
      },
    });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 3, MaxCapacity: 3 });
    for (const TargetValue of [100, 40]) {
      template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
        TargetTrackingScalingPolicyConfiguration: { TargetValue, ScaleOutCooldown: 1, ScaleInCooldown: 2 },
      });
    }
  });

  test('keep connections alive for longer than the load balancer', () => {
    expect(containerOf(templateWith({}, { idleTimeout: Duration.minutes(5) })).Environment).toContainEqual({
      Name: 'KEEP_ALIVE_SECONDS',
      Value: '315',
    });
  });

  test.each([
    [1, 16],
    [60, 75],
    [119, 120],
  ])('with a drain of %p s are killed after %p s, at most the limit of Fargate', (seconds, StopTimeout) => {
    const template = templateWith({ drain: Duration.seconds(seconds) });
    expect(attributesOf(template, 'TargetGroup')).toMatchObject({
      'deregistration_delay.timeout_seconds': `${seconds}`,
    });
    expect(containerOf(template)).toMatchObject({
      StopTimeout,
      Environment: expect.arrayContaining([{ Name: 'DRAIN_SECONDS', Value: `${seconds}` }]),
    });
  });

  test('have the log retention and the removal policy of the lane', () => {
    templateWith({}, { logRetention: RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY }).allResources(
      'AWS::Logs::LogGroup',
      { DeletionPolicy: 'Delete', Properties: { RetentionInDays: 1 } },
    );
  });

  test('can connect to further destinations', () => {
    const stack = testStack();
    httpLane(stack).compute.connections?.allowToAnyIpv4(Port.tcp(5432));
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupEgress: Match.arrayWith([Match.objectLike({ FromPort: 5432 })]),
    });
  });
});

test('all problems of the container props are reported together', () => {
  const message = synthesisError((stack) => {
    httpLane(stack, {
      compute: exampleFargate({
        containerPort: 0,
        cpu: 300,
        healthCheckPath: 'health',
        cpuArchitecture: CpuArchitecture.of('RISCV'),
        user: '0:0',
        drain: Duration.seconds(120),
        environment: { PORT: '3000' },
        scaling: { minCapacity: 1, maxCapacity: 0, requestsPerTarget: 2.5, targetUtilizationPercent: 150 },
      }),
    });
  });
  expect(message.split('\n').slice(1)).toEqual([
    '  [Test/HttpLane] cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384, got 300. Fix: use 256',
    '  [Test/HttpLane] cpuArchitecture must be ARM64 or X86_64, got RISCV. Fix: use CpuArchitecture.ARM64 or CpuArchitecture.X86_64',
    '  [Test/HttpLane] containerPort must be a whole number from 1 to 65535, got 0. Fix: use 8080',
    '  [Test/HttpLane] healthCheckPath must begin with /, got "health". Fix: use "/health"',
    '  [Test/HttpLane] user must not be root, which could change everything in the container, got "0:0". Fix: use another user of the image, by name or number',
    '  [Test/HttpLane] environment must not set PORT, which is the containerPort, got "3000". Fix: set containerPort instead',
    '  [Test/HttpLane] scaling.maxCapacity must be a whole number, 1 or more, got 0. Fix: use a whole number',
    '  [Test/HttpLane] scaling.requestsPerTarget must be a whole number, 1 or more, got 2.5. Fix: use a whole number',
    '  [Test/HttpLane] scaling.targetUtilizationPercent must be more than 0 and at most 100, got 150. Fix: use 60',
    '  [Test/HttpLane] scaling.minCapacity must be at least 2, got 1: a single task runs in one Availability Zone, so one failure takes the API down. Fix: use 2 or more',
    '  [Test/HttpLane] scaling.minCapacity must be <= maxCapacity, got 1 > 0. Fix: raise maxCapacity',
    '  [Test/HttpLane] drain must be 1 s or more and shorter than 120 s, after which Fargate kills a container, got 120 s. Fix: use Duration.seconds(30)',
  ]);
});

test.each([[''], [':0'], ['root'], ['0']])(
  'the user %j, with which the container can run as root, is rejected',
  (user) => {
    expect(synthesisError((stack) => httpLane(stack, { compute: exampleFargate({ user }) }))).toContain(
      `user must not be root, which could change everything in the container, got ${JSON.stringify(user)}.`,
    );
  },
);

test('a drain of 0 s is rejected, because the service reads a positive number', () => {
  expect(
    synthesisError((stack) => httpLane(stack, { compute: exampleFargate({ drain: Duration.seconds(0) }) })),
  ).toContain('drain must be 1 s or more and shorter than 120 s, after which Fargate kills a container, got 0 s');
});

test('a memory size that Fargate does not offer for the CPU size is rejected', () => {
  const compute = exampleFargate({ cpu: 512, memoryLimitMiB: 512 });
  expect(synthesisError((stack) => httpLane(stack, { compute }))).toContain(
    '[Test/HttpLane] memoryLimitMiB must be a Fargate memory size for cpu 512, from 1024 to 4096, got 512. Fix: use 1024',
  );
});
