import type { Assembly } from './assembly';
import type { Resource } from './resource';

/** Types whose names are unique on AWS, with the part of AWS in which they are, and what to call them. */
const UNIQUE: Readonly<Record<string, readonly [scope: 'Region' | 'account' | 'partition', kind: string]>> = {
  'AWS::ApiGatewayV2::DomainName': ['Region', 'domain name'],
  'AWS::DynamoDB::GlobalTable': ['Region', 'table'],
  'AWS::DynamoDB::Table': ['Region', 'table'],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ['Region', 'load balancer'],
  'AWS::ElasticLoadBalancingV2::TargetGroup': ['Region', 'target group'],
  'AWS::Events::EventBus': ['Region', 'event bus'],
  'AWS::IAM::ManagedPolicy': ['account', 'managed policy'],
  'AWS::IAM::Role': ['account', 'role'],
  'AWS::Lambda::Function': ['Region', 'function'],
  'AWS::S3::Bucket': ['partition', 'bucket'],
  'AWS::SecretsManager::Secret': ['Region', 'secret'],
  'AWS::SNS::Topic': ['Region', 'topic'],
  'AWS::SQS::Queue': ['Region', 'queue'],
  'AWS::SSM::Parameter': ['Region', 'parameter'],
};

/** Reports resources of one type with one name in the same place, such as those of two stages of an app without an `env`. */
export function reportDuplicateNames(assembly: Assembly): void {
  const named = groups(assembly.ofType(...Object.keys(UNIQUE)), (resource) => {
    const [scope = '', kind = ''] = UNIQUE[resource.type] ?? [];
    const { region, accountId, name } = resource.regional;
    return [kind, name, scope === 'partition' ? '' : accountId, scope === 'Region' ? region : ''].join(' ');
  }).filter((resources) => resources.length > 1);

  // One problem for each set of stacks, because two stages usually have all their names in common.
  for (const [first = [], ...others] of groups(named, (resources) => stacksOf(resources).join('\n'))) {
    const stacks = stacksOf(first);
    const names = [first, ...others].map(([one]) => one && `${UNIQUE[one.type]?.[1]} ${one.regional.name}`).join(', ');
    const places = [...new Set(first.map(({ regional }) => `${regional.accountId}/${regional.region}`))];
    assembly.report(
      stacks.length === 1
        ? `The stack ${stacks[0]} has several resources of the same name: ${names}. Fix: rename all but one`
        : `The stacks ${stacks.join(' and ')} have resources of the same name in ${places.join(' and ')}: ${names}. ` +
            `On AWS only one of these stacks could be deployed. Fix: run one of them (--stack '${stacks[0]}'), ` +
            'or give them different environments or the resources different names',
    );
  }
}

function stacksOf(resources: readonly Resource[]): string[] {
  return [...new Set(resources.map(({ regional }) => regional.stack))];
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    found.set(key, [...(found.get(key) ?? []), item]);
  }
  return [...found.values()];
}
