import type { TargetGroupBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import type { FunctionArns } from './functions';
import type { Resource } from './resource';

/** Reads each target group. Values that the template omits are the defaults of CreateTargetGroup. */
export function targetGroupsOf(assembly: Assembly, functions: FunctionArns): TargetGroupBlueprint[] {
  return assembly.ofType('AWS::ElasticLoadBalancingV2::TargetGroup').map((resource) => {
    const targetType = targetTypeOf(resource);
    const functionArn = targetType === 'lambda' ? functionOf(resource, functions) : undefined;
    return {
      ...resource.regional,
      targetType,
      healthCheck: healthCheckOf(resource, targetType),
      attributes: resource.property('TargetGroupAttributes').pairs(),
      ...(functionArn && { functionArn }),
    };
  });
}

function targetTypeOf(resource: Resource): TargetGroupBlueprint['targetType'] {
  const type = resource.property('TargetType').optionalText() ?? 'instance';
  if (type === 'ip' || type === 'instance' || type === 'lambda') return type;
  resource.property('TargetType').fail(`targets of the type ${type} do not run here`);
  return 'ip';
}

function healthCheckOf(
  resource: Resource,
  targetType: TargetGroupBlueprint['targetType'],
): TargetGroupBlueprint['healthCheck'] {
  const isFunction = targetType === 'lambda';
  return {
    enabled: resource.property('HealthCheckEnabled').flag(!isFunction),
    path: resource.property('HealthCheckPath').optionalText() ?? '/',
    intervalSeconds: resource.property('HealthCheckIntervalSeconds').number(isFunction ? 35 : 30),
    timeoutSeconds: resource.property('HealthCheckTimeoutSeconds').number(isFunction ? 30 : 5),
    healthyThreshold: resource.property('HealthyThresholdCount').number(5),
    unhealthyThreshold: resource.property('UnhealthyThresholdCount').number(2),
    matcher: resource.property('Matcher').at('HttpCode').optionalText() ?? '200',
  };
}

function functionOf(resource: Resource, functions: FunctionArns): string | undefined {
  const target = resource.property('Targets').items()[0]?.at('Id');
  if (!target) return undefined;
  const functionArn = functions.find(target.text(), resource);
  if (!functionArn) target.fail(`${target.text()} is not a function of this assembly`);
  return functionArn;
}
