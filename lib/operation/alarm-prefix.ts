import { Names, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Maximum length, so that the name of each alarm, of at most 255 characters, has room for its id. */
const LONGEST_PREFIX = 200;

/** Characters of names of dashboards, which allow fewer than those of alarms. */
const NAME = /^[\w-]+$/;

/**
 * @returns the first part of the names of alarms: the name of the stack and the ids from the stack to the scope,
 *   `Twinlane-prod-TwinLane`. In a nested stack, whose name only CloudFormation knows, and with an id that names cannot have, a name
 *   that the CDK makes unique with a hash
 */
export function alarmPrefixOf(scope: Construct): string {
  const stack = Stack.of(scope);
  const { scopes } = scope.node;
  const names = [stack.stackName, ...scopes.slice(scopes.indexOf(stack) + 1).map(({ node }) => node.id)];
  return names.every((name) => !Token.isUnresolved(name) && NAME.test(name))
    ? names.join('-')
    : Names.uniqueResourceName(scope, { maxLength: LONGEST_PREFIX, separator: '-' });
}

/** @returns a problem of a prefix that leaves no room for the ids of alarms */
export function prefixProblems(prefix: string): string[] {
  return prefix.length > LONGEST_PREFIX
    ? [
        `the name of the stack and the ids of the constructs in it must have at most ${LONGEST_PREFIX} characters together, because the names of alarms begin with them, got ${prefix.length}: ${prefix}. Fix: use shorter ids`,
      ]
    : [];
}
