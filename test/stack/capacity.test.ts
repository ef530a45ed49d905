import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { cdk } from '../support/example-project';
import type { StageSettings } from '../../lib/settings/shape';
import { STAGES, stageStack } from './stages';

type Capacity = StageSettings['capacity'];

const FARGATE = { minTasks: 2, maxTasks: 4, cpu: 256, memoryMiB: 512 };
const LAMBDA = { type: 'lambda', memoryMiB: 1024, reservedConcurrency: 40 } as const;

function templateWith(http: Capacity['http']): Template {
  const websocket = { rateLimit: 1000, burstLimit: 500 };
  return Template.fromStack(stageStack('dev', { capacity: { http, websocket } }));
}

describe('a stage whose HTTP lane runs on Lambda', () => {
  const template = templateWith(LAMBDA);

  test('has no tasks', () => {
    template.resourceCountIs('AWS::ECS::Service', 0);
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

test('servers keep the NAT gateways of a stage whose HTTP lane runs on Lambda, because their tasks need them', () => {
  const { websocket } = cdk.context.twinlane.servers.capacity;
  const capacity = { http: LAMBDA, websocket: { ...websocket, type: 'servers' as const } };
  const template = Template.fromStack(stageStack('servers', { capacity }));
  template.resourceCountIs('AWS::ECS::Service', 1);
  template.resourceCountIs('AWS::EC2::NatGateway', 2);
});

test.each(STAGES)('in the %s stage, one subject can use at most half of the throttle', (stage) => {
  Annotations.fromStack(stageStack(stage)).hasNoWarning('*', Match.stringLikeRegexp('subject-rate'));
});
