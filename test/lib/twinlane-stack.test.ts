import { Template } from 'aws-cdk-lib/assertions';
import cdk from '../../cdk.json';
import type { Settings } from '../../lib/settings/settings';
import { propertyOf } from './resource-property';
import { stageStack } from '../stack/stages';

test.each([
  [true, true],
  [false, false],
  [undefined, false],
])('a stage with the deletion protection %p has the termination protection %p', (deletionProtection, expected) => {
  expect(stageStack('prod', { deletionProtection }).terminationProtection ?? false).toBe(expected);
});

describe('the network that a stage creates', () => {
  const lambda = { type: 'lambda', memoryMiB: 512, reservedConcurrency: 10 };
  const servers = { type: 'servers', minTasks: 2, maxTasks: 2, cpu: 256, memoryMiB: 512 };
  const { http: fargate, websocket: apiGateway } = cdk.context.twinlane.dev.capacity;

  test.each([
    ['containers and an API', { http: fargate, websocket: apiGateway }, 2],
    ['a function and an API', { http: lambda, websocket: apiGateway }, 0],
    ['a function and servers', { http: lambda, websocket: servers }, 2],
  ])('for %s has the NAT gateways that tasks need', (_, capacity, gateways) => {
    const stack = stageStack('dev', { capacity: capacity as Settings['capacity'] });
    Template.fromStack(stack).resourceCountIs('AWS::EC2::NatGateway', gateways);
  });
});

test.each([
  [undefined, '60'],
  ['own', '60'],
  ['shared', '600'],
] as const)(
  'with the load balancer %p of servers, idle connections to the HTTP lane have a timeout of %s s',
  (loadBalancer, seconds) => {
    const servers = { type: 'servers', minTasks: 2, maxTasks: 2, cpu: 256, memoryMiB: 512, loadBalancer } as const;
    const { http } = cdk.context.twinlane.dev.capacity;
    const stack = stageStack('dev', { capacity: { http, websocket: servers } });
    const ofHttp = 'AWS::ElasticLoadBalancingV2::LoadBalancer TwinLaneHttpLane';
    expect(
      propertyOf(Template.fromStack(stack), ofHttp, 'LoadBalancerAttributes/idle_timeout.timeout_seconds'),
    ).toEqual([seconds]);
  },
);
