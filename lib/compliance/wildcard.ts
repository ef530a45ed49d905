import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Records the reason for a wildcard in `resource`, in a policy below `scope`.
 *
 * @param resource - the resource of the statement; it can contain tokens
 * @param reason - the reason why a narrower resource is not possible
 */
export function acknowledgeWildcard(scope: IConstruct, resource: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: findingOf('Resource', Stack.of(scope).resolve(resource)), reason });
}

/** Records the reason for wildcards in `actions`, such as `s3:List*`, in a policy below `scope`. */
export function acknowledgeActions(scope: IConstruct, actions: readonly string[], reason: string): void {
  Validations.of(scope).acknowledge(...actions.map((action) => ({ id: findingOf('Action', action), reason })));
}

/** @returns the reason that was recorded for a resource of a template at `scope` or above, or undefined. */
export function wildcardReason(scope: IConstruct, resource: unknown): string | undefined {
  return recordedReason(scope, findingOf('Resource', resource));
}

/** @returns the reason that was recorded for an action at `scope` or above, or undefined. */
export function actionReason(scope: IConstruct, action: string): string | undefined {
  return recordedReason(scope, findingOf('Action', action));
}

function recordedReason(scope: IConstruct, id: string): string | undefined {
  return scope.node.scopes
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === ACKNOWLEDGED)
    .map(({ data }) => data[id])
    .find((reason) => reason !== undefined);
}

/** Type of the metadata in which the CDK stores acknowledged rules: rule → reason. */
const ACKNOWLEDGED = 'aws:cdk:acknowledged-rules';

/** @returns cdk-nag's name for its finding */
function findingOf(part: 'Action' | 'Resource', value: unknown): string {
  return `AwsSolutions::AwsSolutions-IAM5[${part}::${legible(value)}]`;
}

/** @returns cdk-nag's text for a CloudFormation expression, with references in angle brackets */
function legible(expression: unknown): string {
  if (typeof expression === 'string') {
    return expression;
  }
  const [name, argument] = Object.entries(expression as Record<string, unknown>)[0] ?? [];
  switch (name) {
    case 'Ref':
      return `<${argument}>`;
    case 'Fn::GetAtt':
      return `<${(argument as string[]).join('.')}>`;
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(legible).join(separator);
    }
    case 'Fn::Sub':
      return (argument as string).replace(/\$\{([^}]+)\}/g, '<$1>');
    default:
      return JSON.stringify(expression);
  }
}
