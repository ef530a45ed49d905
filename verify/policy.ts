import type { Question } from './question';

/** The least IAM policy that lets the questions be asked: one statement an action, sorted, so that it can be compared. */
export function policy(questions: Iterable<Pick<Question, 'action' | 'arn'>>) {
  const arns = new Map<string, Set<string>>();
  for (const { action, arn } of questions) {
    arns.set(action, (arns.get(action) ?? new Set()).add(arn));
  }
  return {
    Version: '2012-10-17',
    Statement: [...arns.keys()].sort().map((action) => ({
      Effect: 'Allow',
      Action: action,
      Resource: [...(arns.get(action) ?? [])].sort(),
    })),
  };
}
