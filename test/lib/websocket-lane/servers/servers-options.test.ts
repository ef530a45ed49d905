import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ContainerImage, CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import type { ServersEntryProps } from '../../../../lib/websocket-lane/servers/servers-entry-props';
import { WebSocketEntry } from '../../../../lib/websocket-lane/websocket-entry';
import { admission, twinlane, webSocketLane } from '../../lanes';
import {
  attributesOf,
  containerOf,
  statementsOf,
  synthesisError,
  templateOf,
  testApp,
  testStack,
} from '../../synthesized';
import { servers } from './lane-with-servers';

const image = ContainerImage.fromRegistry('centrifugo/centrifugo:v6');

test('the options of servers reach the template', () => {
  const template = templateOf((stack) => {
    servers(stack, {
      cpu: 512,
      memoryLimitMiB: 2048,
      cpuArchitecture: CpuArchitecture.X86_64,
      connectionsPerTask: 8000,
      drain: Duration.seconds(115),
      scaling: {
        minCapacity: 3,
        maxCapacity: 7,
        targetConnectionsPercent: 40,
        targetUtilizationPercent: 45,
        scaleOutCooldown: Duration.seconds(20),
        scaleInCooldown: Duration.minutes(20),
      },
      user: '2000',
      readonlyRootFilesystem: false,
      healthCheckPath: '/up',
      environment: { LOG_LEVEL: 'debug' },
    });
  });
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    Cpu: '512',
    Memory: '2048',
    RuntimePlatform: { CpuArchitecture: 'X86_64' },
  });
  expect(containerOf(template)).toMatchObject({
    StopTimeout: 120,
    User: '2000',
    ReadonlyRootFilesystem: false,
    Environment: expect.arrayContaining([
      { Name: 'CONNECTIONS_PER_TASK', Value: '8000' },
      { Name: 'DRAIN_SECONDS', Value: '115' },
      { Name: 'LOG_LEVEL', Value: 'debug' },
    ]),
  });
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { HealthCheckPath: '/up' });
  template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 3, MaxCapacity: 7 });
  for (const TargetValue of [3200, 45]) {
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: { TargetValue, ScaleOutCooldown: 20, ScaleInCooldown: 1200 },
    });
  }
});

describe('a server in an image of the user', () => {
  const stack = testStack();
  const lane = servers(stack, { image, containerPort: 8000 });
  const template = Template.fromStack(stack);

  test('has one port, which the load balancer forwards to and PORT names', () => {
    const container = containerOf(template);
    expect(container).toMatchObject({ Image: 'centrifugo/centrifugo:v6', PortMappings: [{ ContainerPort: 8000 }] });
    expect(container.PortMappings).toHaveLength(1);
    expect(container.Environment).toContainEqual({ Name: 'PORT', Value: '8000' });
    expect(JSON.stringify(container.Environment)).not.toContain('POSTS_PORT');
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { Port: 8000 });
    template.hasResourceProperties('AWS::ECS::Service', { LoadBalancers: [{ ContainerPort: 8000 }] });
    expect(attributesOf(template, 'TargetGroup')).toMatchObject({ 'deregistration_delay.timeout_seconds': '15' });
  });

  test('has the environment variables of the lane, and no permissions', () => {
    const names = (containerOf(template).Environment as { Name: string }[]).map(({ Name }) => Name);
    expect(names).toEqual(expect.arrayContaining(['WEBSOCKET_HOST', 'ALLOWED_ORIGINS', 'CONNECTION_TABLE']));
    expect(statementsOf(stack, lane)).toEqual([]);
  });

  test('scales by CPU utilization only, because its connections are not counted', () => {
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 1);
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilizationHighResolution' },
      },
    });
  });

  test('receives no messages from the log, so it admits the load balancer only', () => {
    expect(lane.delivers).toBe(false);
    expect(lane.functionNetwork).toBeUndefined();
    const GroupId = stack.resolve(lane.connections.securityGroups[0]?.securityGroupId);
    template.resourcePropertiesCountIs('AWS::EC2::SecurityGroupIngress', { GroupId }, 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { GroupId, FromPort: 8000, ToPort: 8000 });
  });
});

test('a server in an image of the user can be granted what it needs', () => {
  const stack = testStack();
  const entrance = admission(stack);
  const lane = servers(stack, { image }, { admission: entrance });
  entrance.grantConsumeTicket(lane);
  expect(JSON.stringify(statementsOf(stack, lane))).toContain('TICKET#*');
});

test('an image that is built for another platform is refused', () => {
  const message = synthesisError((stack) => {
    servers(stack, { image: ContainerImage.fromAsset(__dirname, { file: 'servers-options.test.ts' }) });
  });
  expect(message).toContain('image of the container Service must be built for linux/arm64');
});

const PROBLEMS: [string, ServersEntryProps, string][] = [
  ['an unknown CPU size', { cpu: 300 }, 'cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384, got 300'],
  [
    'a memory size that Fargate does not have',
    { cpu: 1024, memoryLimitMiB: 512 },
    'memoryLimitMiB must be a Fargate memory size for cpu 1024, from 2048 to 8192, got 512',
  ],
  [
    'no connections',
    { connectionsPerTask: 0 },
    'connectionsPerTask must be a whole number from 1 to 60000, got 0. Fix: use 5000',
  ],
  [
    'more connections than files',
    { connectionsPerTask: 60_001 },
    'connectionsPerTask must be a whole number from 1 to 60000, got 60001',
  ],
  ['no drain', { drain: Duration.seconds(0) }, 'drain must be 1 to 115 s'],
  [
    'a drain that Fargate does not wait for',
    { drain: Duration.seconds(116) },
    'drain must be 1 to 115 s, because Fargate kills a container after 120 s, got 116 s. Fix: use Duration.seconds(100)',
  ],
  [
    'a single task',
    { scaling: { minCapacity: 1 } },
    'scaling.minCapacity must be at least 2, got 1: a single task runs in one Availability Zone, so one failure closes all connections',
  ],
  [
    'a minimum above the maximum',
    { scaling: { minCapacity: 5, maxCapacity: 4 } },
    'scaling.minCapacity must be <= maxCapacity, got 5 > 4',
  ],
  [
    'a target of more connections than there are',
    { scaling: { targetConnectionsPercent: 101 } },
    'scaling.targetConnectionsPercent must be more than 0 and at most 100, got 101. Fix: use 60',
  ],
  [
    'a target of no CPU utilization',
    { scaling: { targetUtilizationPercent: 0 } },
    'scaling.targetUtilizationPercent must be more than 0 and at most 100, got 0',
  ],
  [
    'frequent scale-in',
    { scaling: { scaleInCooldown: Duration.minutes(9) } },
    'scaling.scaleInCooldown must be at least 10 minutes, because each scale-in closes connections, got 540 s',
  ],
  ['root', { user: 'root' }, 'user must not be root'],
  ['a relative health check', { healthCheckPath: 'up' }, 'healthCheckPath must begin with /, got "up"'],
  ['PORT', { environment: { PORT: '1' } }, 'environment must not set PORT, which is the containerPort, got "1"'],
  [
    'a port of the own server',
    { containerPort: 8000 },
    "containerPort must be set only with image, got 8000: the port of the lane's own server is fixed. Fix: remove it",
  ],
  ['a port that is none', { image, containerPort: 70_000 }, 'containerPort must be a whole number from 1 to 65535'],
  [
    'a target of connections of an image',
    { image, scaling: { targetConnectionsPercent: 50 } },
    'scaling.targetConnectionsPercent must not be set with image, whose connections are not counted, got 50',
  ],
];

test.each(PROBLEMS)('servers with %s are refused', (_what, props, problem) => {
  expect(synthesisError((stack) => servers(stack, props))).toContain(`[Test/WebSocketLane/Servers] ${problem}`);
});

test('all problems of servers are reported together', () => {
  const message = synthesisError((stack) => {
    servers(stack, { cpu: 300, connectionsPerTask: 0, drain: Duration.seconds(200), scaling: { minCapacity: 1 } });
  });
  for (const name of ['cpu must', 'connectionsPerTask must', 'drain must', 'scaling.minCapacity must']) {
    expect(message).toContain(name);
  }
});

test('servers without a network are refused, with the other problems', () => {
  const lane = () => webSocketLane(testStack(), { entry: WebSocketEntry.servers({ cpu: 300 }) });
  expect(lane).toThrow(
    '[Test/WebSocketLane/Servers] network is required for servers, got undefined. Fix: pass network: httpLane.network to the WebSocketLane',
  );
  expect(lane).toThrow('[Test/WebSocketLane/Servers] cpu must be one of');
});

test('servers with the defaults have no problems', () => {
  const app = testApp();
  twinlane(testStack(app), { webSocket: { entry: WebSocketEntry.servers() } });
  expect(() => app.synth()).not.toThrow();
});
