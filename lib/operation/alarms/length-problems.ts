import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Maximum lengths of the name and the description of an alarm: limits of CloudWatch. */
const [LONGEST_NAME, LONGEST_DESCRIPTION] = [255, 1024];

/** Characters counted for a reference, whose value only CloudFormation knows. The ARN of a load balancer is shorter. */
const REFERENCE = 150;

/** Characters counted for a pseudo parameter: a Region, an account or a domain. */
const PSEUDO_PARAMETER = 30;

/** @returns problems of the lengths of a name and a description, each with the value received and a fix */
export function lengthProblems(scope: Construct, id: string, name: string, description: string): string[] {
  return [
    ...tooLong(scope, `the name of the alarm ${id}`, name, LONGEST_NAME, 'use a shorter id of the alarm'),
    ...tooLong(
      scope,
      `the description of the alarm ${id}`,
      description,
      LONGEST_DESCRIPTION,
      'shorten the problem, or the URL of the runbook',
    ),
  ];
}

function tooLong(scope: Construct, what: string, text: string, longest: number, fix: string): string[] {
  const length = lengthOf(Stack.of(scope).resolve(text));
  return length > longest ? [`${what} must have at most ${longest} characters, got ${length}. Fix: ${fix}`] : [];
}

/** @param resolved - a text, or what CloudFormation makes one of */
function lengthOf(resolved: unknown): number {
  if (typeof resolved === 'string') {
    return resolved.length;
  }
  const { 'Fn::Join': join, Ref = '' } = resolved as { 'Fn::Join'?: [string, unknown[]]; Ref?: string };
  if (join) {
    return join[1].reduce((sum: number, part) => sum + lengthOf(part), 0);
  }
  return Ref.startsWith('AWS::') ? PSEUDO_PARAMETER : REFERENCE;
}
