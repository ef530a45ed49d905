import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Records why a policy below `scope` names `resource`, which has a wildcard: least privilege allows no other.
 *
 * @param resource - the resource of the statement, tokens and all
 * @param reason - why no narrower one will do
 */
export function acknowledgeWildcard(scope: IConstruct, resource: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: findingOf(Stack.of(scope).resolve(resource)), reason });
}

/** @returns the reason that was recorded at `scope` or above it for a resource of a template, or undefined. */
export function wildcardReason(scope: IConstruct, resource: unknown): string | undefined {
  const id = findingOf(resource);
  return scope.node.scopes
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === ACKNOWLEDGED)
    .map(({ data }) => data[id])
    .find((reason) => reason !== undefined);
}

/** The type of metadata that the CDK keeps acknowledged rules in: rule → reason. */
const ACKNOWLEDGED = 'aws:cdk:acknowledged-rules';

/** The name cdk-nag gives its finding. */
function findingOf(resource: unknown): string {
  return `AwsSolutions::AwsSolutions-IAM5[Resource::${legible(resource)}]`;
}

/** The text cdk-nag gives a CloudFormation expression: references in angle brackets. */
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
    default:
      return JSON.stringify(expression);
  }
}
