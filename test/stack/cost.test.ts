import { expectTable } from '../support/generated-table';
import { billOf } from '../../tools/cost/bill-of';
import { USER_DEFAULTS } from '../../tools/cost/load-of';
import { readStage } from '../../tools/cost/read-stage';
import { wholeDollars } from '../../tools/scale/words';
import { resourcesOf } from '../tools/cost/resources-of';
import { STAGES, stageTemplate } from './stages';

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
}

const synthesized = STAGES.map((stage) => stageTemplate(stage));

const templates = synthesized.map(
  (template) => Object.values(template.toJSON().Resources) as unknown as readonly Resource[],
);

/** @returns what each stage costs without use, without free amounts */
function costsWithoutUse(): string[] {
  return synthesized.map((template) => {
    const { usd, growingUsd } = billOf(readStage(resourcesOf(template)), USER_DEFAULTS, {
      freeTier: false,
      today: new Date(0),
    });
    return wholeDollars(usd - growingUsd);
  });
}

/** @returns the sum of a number over the resources of a type, for each stage */
function each(type: string, count: (properties: Record<string, unknown>) => number = () => 1): string[] {
  return templates.map(
    (resources) =>
      `${resources.filter(({ Type }) => Type === type).reduce((sum, { Properties = {} }) => sum + count(Properties), 0)}`,
  );
}

/** @returns the sums of two counts */
function sum(one: string[], other: string[]): string[] {
  return one.map((count, index) => `${Number(count) + Number(other[index])}`);
}

/** @returns the minimum of a scalable target of a service, and 0 for other services */
function leastOf(service: string) {
  return ({ ServiceNamespace, MinCapacity }: Record<string, unknown>) =>
    ServiceNamespace === service ? Number(MinCapacity) : 0;
}

const subnets = ({ Scheme, Subnets }: Record<string, unknown>) =>
  Scheme === 'internet-facing' ? (Subnets as unknown[]).length : 0;

test('docs/cost.md has the number of resources of each stage that AWS bills by time', () => {
  expectTable('docs/cost.md', 'Resources billed by time', [
    [
      'Application Load Balancer',
      ...each('AWS::ElasticLoadBalancingV2::LoadBalancer'),
      "`loadBalancer: 'shared'` in `capacity.websocket`",
    ],
    [
      'NAT gateway',
      ...each('AWS::EC2::NatGateway'),
      'Lambda in `capacity.http` without servers, `Egress.nat` with fewer gateways, or `Egress.interfaceEndpoints()`',
    ],
    [
      'public IPv4 address',
      ...sum(each('AWS::EC2::EIP'), each('AWS::ElasticLoadBalancingV2::LoadBalancer', subnets)),
      'fewer Availability Zones, fewer NAT gateways, a shared load balancer, internal load balancers behind a gateway',
    ],
    [
      'Fargate task, at least',
      ...each('AWS::ApplicationAutoScaling::ScalableTarget', leastOf('ecs')),
      'Lambda in `capacity.http`, `apiGateway` in `capacity.websocket`',
    ],
    [
      'provisioned concurrency of Lambda, at least',
      ...each('AWS::ApplicationAutoScaling::ScalableTarget', leastOf('lambda')),
      'no `provisionedConcurrency` in the settings',
    ],
    [
      'secret of Secrets Manager',
      ...each('AWS::SecretsManager::Secret'),
      'servers in `capacity.websocket`, with internal load balancers; no `canary` in `operation`',
    ],
    ['WAF web ACL', ...each('AWS::WAFv2::WebACL'), 'no `webAcl` in the settings'],
    [
      'alarm of CloudWatch',
      ...sum(each('AWS::CloudWatch::Alarm'), each('AWS::CloudWatch::CompositeAlarm')),
      'no `operation` in the settings',
    ],
    ['dashboard of CloudWatch', ...each('AWS::CloudWatch::Dashboard'), '`dashboard` in `operation`'],
    ['all lines that do not grow, USD a month', ...costsWithoutUse(), 'the rows above'],
  ]);
});
