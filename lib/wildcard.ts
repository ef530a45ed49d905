import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Records why a policy below `scope` names `resource`, which has a wildcard: least privilege allows no other.
 *
 * @param resource - the resource of the statement, tokens and all
 * @param reason - why no narrower one will do
 */
export function acknowledgeWildcard(scope: IConstruct, resource: string, reason: string): void {
  const id = `AwsSolutions::AwsSolutions-IAM5[Resource::${legible(Stack.of(scope).resolve(resource))}]`;
  Validations.of(scope).acknowledge({ id, reason });
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
