import { Duration, Size } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Authentication } from '../../lib/authentication/authentication';
import { Egress } from '../../lib/network/egress';
import { HttpCompute } from '../../lib/http-lane/http-compute';
import { LaneNetwork } from '../../lib/network/lane-network';
import { RoutingAlgorithm } from '../../lib/load-balancer/routing-algorithm';
import { exampleFargate, twinlane, withApi } from './lanes';
import { FUNCTIONS, propertyOf } from './resource-property';
import { testStack } from './synthesized';

/** Timeout in seconds and memory in MiB of each function: all different, and none the default. */
const SIZES = {
  connect: { timeout: 11, memory: 641 },
  disconnect: { timeout: 12, memory: 642 },
  message: { timeout: 13, memory: 643 },
  push: { timeout: 15, memory: 647 },
  dispatch: { timeout: 14, memory: 644 },
  deliver: { timeout: 21, memory: 645 },
  revoke: { timeout: 22, memory: 646 },
};

function sized(name: keyof typeof SIZES) {
  const { timeout, memory } = SIZES[name];
  return { timeout: Duration.seconds(timeout), memorySize: Size.mebibytes(memory) };
}

const CONTAINER = 'ContainerDefinitions/0/Environment';
const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const SCALING_POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy TwinLaneHttpLaneServiceTaskCountTarget';
const TRACKING = 'TargetTrackingScalingPolicyConfiguration';

/** A property with its value: see `propertyOf`. */
type Row = readonly [name: string, resource: string, property: string, expected: string | number];

describe('the numbers and durations of the props that no setting has', () => {
  const stack = testStack();
  twinlane(stack, {
    limits: {
      connections: 31,
      requests: { perSecond: 131, burst: 231 },
      frames: { perSecond: 7, burst: 331 },
    },
    messageRetention: Duration.hours(5),
    network: LaneNetwork.create({ availabilityZones: ['us-east-1a', 'us-east-1b'], egress: Egress.nat(1) }),
    http: {
      idleTimeout: Duration.seconds(71),
      compute: exampleFargate({
        containerPort: 8181,
        drain: Duration.seconds(41),
        routingAlgorithm: RoutingAlgorithm.roundRobin(Duration.seconds(51)),
        scaling: {
          requestsPerTarget: 1601,
          targetUtilizationPercent: 43,
          scaleOutCooldown: Duration.seconds(16),
          scaleInCooldown: Duration.seconds(601),
        },
      }),
    },
    webSocket: withApi({ connect: sized('connect'), disconnect: sized('disconnect'), message: sized('message') }),
    delivery: { push: sized('push'), dispatch: sized('dispatch'), deliver: sized('deliver') },
    revoke: sized('revoke'),
  });
  const template = Template.fromStack(stack);

  test.each<Row>([
    [
      'limits.connections',
      `AWS::Lambda::Function ${FUNCTIONS.connect}`,
      'Environment/Variables/CONNECTIONS_PER_SUBJECT',
      '31',
    ],
    ['limits.connections', 'AWS::ECS::TaskDefinition', `${CONTAINER}/CONNECTIONS_PER_SUBJECT`, '31'],
    ['limits.frames', `AWS::Lambda::Function ${FUNCTIONS.connect}`, 'Environment/Variables/FRAME_RATE_LIMIT', '7/331'],
    ['limits.frames', `AWS::Lambda::Function ${FUNCTIONS.message}`, 'Environment/Variables/FRAME_RATE_LIMIT', '7/331'],
    [
      'limits.requests',
      `AWS::Lambda::Function ${FUNCTIONS.message}`,
      'Environment/Variables/SUBJECT_RATE_LIMIT',
      '131/231',
    ],
    ['limits.requests', 'AWS::ECS::TaskDefinition', `${CONTAINER}/SUBJECT_RATE_LIMIT`, '131/231'],
    [
      'messageRetention',
      `AWS::Lambda::Function ${FUNCTIONS.message}`,
      'Environment/Variables/MESSAGE_RETENTION_SECONDS',
      '18000',
    ],
    ['webSocketHostName', 'AWS::ECS::TaskDefinition', `${CONTAINER}/WEBSOCKET_URL`, 'wss://ws.example.com'],
    ['messageRetention', 'AWS::ECS::TaskDefinition', `${CONTAINER}/MESSAGE_RETENTION_SECONDS`, '18000'],
    [
      'http.idleTimeout',
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
      'LoadBalancerAttributes/idle_timeout.timeout_seconds',
      '71',
    ],
    ['http.idleTimeout', 'AWS::ECS::TaskDefinition', `${CONTAINER}/KEEP_ALIVE_SECONDS`, '86'],
    ['containerPort', 'AWS::ECS::TaskDefinition', 'ContainerDefinitions/0/PortMappings/0/ContainerPort', 8181],
    ['containerPort', 'AWS::ECS::TaskDefinition', `${CONTAINER}/PORT`, '8181'],
    ['containerPort', 'AWS::ECS::Service', 'LoadBalancers/0/ContainerPort', 8181],
    ['containerPort', TARGET_GROUP, 'Port', 8181],
    ['drain', TARGET_GROUP, 'TargetGroupAttributes/deregistration_delay.timeout_seconds', '41'],
    ['drain', 'AWS::ECS::TaskDefinition', `${CONTAINER}/DRAIN_SECONDS`, '41'],
    ['drain', 'AWS::ECS::TaskDefinition', 'ContainerDefinitions/0/StopTimeout', 56],
    ['slowStart', TARGET_GROUP, 'TargetGroupAttributes/slow_start.duration_seconds', '51'],
    ['scaling.requestsPerTarget', `${SCALING_POLICY}Requests`, `${TRACKING}/TargetValue`, 1601],
    ['scaling.targetUtilizationPercent', `${SCALING_POLICY}Cpu`, `${TRACKING}/TargetValue`, 43],
    ['scaling.scaleOutCooldown', SCALING_POLICY, `${TRACKING}/ScaleOutCooldown`, 16],
    ['scaling.scaleInCooldown', SCALING_POLICY, `${TRACKING}/ScaleInCooldown`, 601],
    ['deliver.timeout', 'AWS::SQS::Queue TwinLaneDeliveryQueue', 'VisibilityTimeout', 126],
    ...Object.entries(SIZES).flatMap(([name, { timeout, memory }]): Row[] => {
      const resource = `AWS::Lambda::Function ${FUNCTIONS[name as keyof typeof FUNCTIONS]}`;
      return [
        [`${name}.timeout`, resource, 'Timeout', timeout],
        [`${name}.memorySize`, resource, 'MemorySize', memory],
      ];
    }),
  ])('reach the template: %s in %s, %s', (_, resource, property, expected) => {
    const found = propertyOf(template, resource, property);
    expect(found).toEqual(found.map(() => expected));
  });

  test('reach the template: the number of NAT gateways', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 1);
  });
});

describe('the lifetimes of what is stored and issued', () => {
  const stack = testStack();
  twinlane(stack, {
    authentication: Authentication.cognito(),
    http: { compute: HttpCompute.lambda({ timeout: Duration.seconds(27), memorySize: Size.mebibytes(647) }) },
  });
  const template = Template.fromStack(stack);
  const minutes = { hour: 60, days30: 30 * 24 * 60 };

  test.each<Row>([
    ['an ID token is valid for 1 hour', 'AWS::Cognito::UserPoolClient', 'IdTokenValidity', minutes.hour],
    ['an access token is valid for 1 hour', 'AWS::Cognito::UserPoolClient', 'AccessTokenValidity', minutes.hour],
    ['a refresh token is valid for 30 days', 'AWS::Cognito::UserPoolClient', 'RefreshTokenValidity', minutes.days30],
    ...['IdToken', 'AccessToken', 'RefreshToken'].map(
      (token): Row =>
        [
          `the validity of ${token} is in minutes`,
          'AWS::Cognito::UserPoolClient',
          `TokenValidityUnits/${token}`,
          'minutes',
        ] as const,
    ),
    ...['DeliveryDispatch', 'DeliveryDeliver', 'Revocation'].map((part): Row => [
      `a dead letter of ${part} is kept for 14 days`,
      `AWS::SQS::Queue TwinLane${part}DeadLetters`,
      'MessageRetentionPeriod',
      14 * 24 * 3600,
    ]),
    ['deliver is tried 20 times', 'AWS::SQS::Queue TwinLaneDeliveryQueue', 'RedrivePolicy/maxReceiveCount', 20],
    [
      'dispatch is tried 5 times more',
      'AWS::Lambda::EventSourceMapping TwinLaneDeliveryDispatch',
      'MaximumRetryAttempts',
      5,
    ],
    ['revoke is tried 10 times more', 'AWS::Lambda::EventSourceMapping TwinLaneRevocation', 'MaximumRetryAttempts', 10],
    [
      'the HTTP function has the timeout of its props',
      'AWS::Lambda::Function TwinLaneHttpLaneServiceFunction',
      'Timeout',
      27,
    ],
    [
      'the HTTP function has the memory of its props',
      'AWS::Lambda::Function TwinLaneHttpLaneServiceFunction',
      'MemorySize',
      647,
    ],
  ])('%s', (_, resource, property, expected) => {
    expect(propertyOf(template, resource, property)).toEqual([expected]);
  });
});
