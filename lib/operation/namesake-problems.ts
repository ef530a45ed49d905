import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** A construct whose alarms have names with a prefix. */
interface Named extends Construct {
  readonly alarmPrefix: string;
}

/**
 * @param all - constructs of the app, in the order of their creation
 * @returns a problem if one that was created before has alarms with the same names in the same account and Region
 */
export function namesakeProblems(construct: Named, all: readonly Named[]): string[] {
  const before = all.slice(0, all.indexOf(construct));
  const namesake = before.find(
    (other) => other.alarmPrefix === construct.alarmPrefix && isInSamePlace(other, construct),
  );
  if (!namesake) {
    return [];
  }
  return namesake.node.scope === construct.node.scope
    ? [
        `a scope must have one Operation, because the names of alarms begin with that of the scope, got another one at ${namesake.node.path}. Fix: give all constructs to one, or create it in another scope`,
      ]
    : [
        `the names of alarms must be unique in an account and Region, got the prefix ${construct.alarmPrefix}, which those of ${namesake.node.path} have. Fix: use another id of the stack or of the scope`,
      ];
}

/** Stacks of the same name are the same stack of an account and Region, or are in different ones that only the deployment knows. */
function isInSamePlace(one: Named, other: Named): boolean {
  const [a, b] = [Stack.of(one), Stack.of(other)];
  return a === b || (a.environment === b.environment && a.stackName !== b.stackName);
}
