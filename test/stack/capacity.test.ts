import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import type { StageSettings } from '../../lib/settings/shape';
import { STAGES, stageStack } from './stages';

type Capacity = StageSettings['capacity'];

const FARGATE = { minTasks: 2, maxTasks: 4, cpu: 256, memoryMiB: 512 };
const LAMBDA = { type: 'lambda', memoryMiB: 1024, reservedConcurrency: 40 } as const;
const PROVISIONED = { minCapacity: 2, maxCapacity: 9, utilizationTarget: 0.5 };

function templateWith(http: Capacity['http'], websocket: Partial<Capacity['websocket']> = {}): Template {
  const throttle = { rateLimit: 1000, burstLimit: 500 };
  return Template.fromStack(stageStack('dev', { capacity: { http, websocket: { ...throttle, ...websocket } } }));
}

/** @returns the bounds and the target of each scaled function, by the part of the logical id of its alias that names it */
function scaledFunctions(template: Template): Record<string, unknown> {
  const targets = template.findResources('AWS::ApplicationAutoScaling::ScalableTarget', {
    Properties: { ServiceNamespace: 'lambda' },
  });
  const policies = Object.values(template.findResources('AWS::ApplicationAutoScaling::ScalingPolicy'));
  return Object.fromEntries(
    Object.entries(targets).map(([id, { Properties }]) => {
      const policy = policies.find((each) => each.Properties.ScalingTargetId.Ref === id);
      return [
        /(\w+?)FunctionAliaslive/.exec(id.replace(/^TwinLane(HttpLane|WebSocketLane|Delivery|Revocation)/, ''))?.[1],
        {
          minCapacity: Properties.MinCapacity,
          maxCapacity: Properties.MaxCapacity,
          utilizationTarget: policy?.Properties.TargetTrackingScalingPolicyConfiguration.TargetValue,
        },
      ];
    }),
  );
}

describe('a stage whose HTTP lane runs on Lambda', () => {
  const template = templateWith({ ...LAMBDA, provisionedConcurrency: PROVISIONED });

  test('has the function of the settings, and no tasks', () => {
    template.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 1024, ReservedConcurrentExecutions: 40 });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { TargetType: 'lambda' });
    template.resourceCountIs('AWS::ECS::Service', 0);
    expect(scaledFunctions(template)).toEqual({ Service: PROVISIONED });
  });

  test('has no NAT gateways, which only tasks need', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::EIP', 0);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { IpAddressType: 'dualstack' });
  });

  test('has the same subnets as with Fargate, so that a change of the type replaces none', () => {
    const subnets = (of: Template) =>
      Object.entries(of.findResources('AWS::EC2::Subnet')).map(([id, { Properties }]) => [id, Properties.CidrBlock]);
    expect(subnets(template)).toEqual(subnets(templateWith(FARGATE)));
  });
});

test('a stage has the provisioned concurrency of each function in its settings', () => {
  const functions = ['connect', 'disconnect', 'message', 'dispatch', 'deliver', 'revoke'] as const;
  const bounds = functions.map((name, index) => [name, { ...PROVISIONED, maxCapacity: index + 2 }] as const);
  const template = templateWith(FARGATE, { provisionedConcurrency: Object.fromEntries(bounds) });
  expect(scaledFunctions(template)).toEqual(
    Object.fromEntries(bounds.map(([name, value]) => [name.replace(/^./, (first) => first.toUpperCase()), value])),
  );
});

test.each(STAGES)('in the %s stage, one subject can use at most half of the throttle', (stage) => {
  Annotations.fromStack(stageStack(stage)).hasNoWarning('*', Match.stringLikeRegexp('subject-rate'));
});

test.each([
  [undefined, Match.absent()],
  [{ maxBatchingWindowSeconds: 5 }, 5],
])('a stage with the delivery %j has the batching window %j for the stream of messages', (delivery, window) => {
  const template = Template.fromStack(stageStack('dev', { delivery }));
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 100,
    EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('MessageLog'), 'StreamArn'] },
    MaximumBatchingWindowInSeconds: window,
  });
});
