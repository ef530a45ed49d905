import { expectTable } from '../support/generated-table';
import { STAGES, stageTemplate } from './stages';

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
}

const templates = STAGES.map(
  (stage) => Object.values(stageTemplate(stage).toJSON().Resources) as unknown as readonly Resource[],
);

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

test('docs/costs.md has the number of resources of each stage that AWS bills by time', () => {
  expectTable('docs/costs.md', 'Resources billed by time', [
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
      'servers in `capacity.websocket`, with internal load balancers',
    ],
    ['WAF web ACL', ...each('AWS::WAFv2::WebACL'), 'no `webAcl` in the settings'],
  ]);
});
