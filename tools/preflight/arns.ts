import type { PlannedStack } from './planned-stack';

/** ARN of a resource in the stack's Region and account. With an unknown account, a pattern for any account. */
export function arnOf({ partition, region, account = '*' }: PlannedStack, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}
