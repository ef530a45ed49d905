import type { Permission } from './query';

/** Least-privilege IAM policy for these calls: one statement for each action, sorted, so that two policies can be compared. */
export function policy(permissions: Iterable<Permission>) {
  const arns = new Map<string, Set<string>>();
  for (const { action, arn } of permissions) {
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
