import { Names, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Most characters of the name without the Region. CloudFront accepts 64, the longest name of a Region has 14, and the longest id 13. */
const LONGEST = 35;

/**
 * @param id - of the resource in its scope
 * @returns a name for a resource of CloudFront whose name must be unique in the account. Names of the CDK are unique in a Region, so
 *   stacks of one name in two Regions would have the same
 */
export function globalNameOf(scope: Construct, id: string): string {
  return `${Names.uniqueResourceName(scope, { maxLength: LONGEST, separator: '-' })}-${id}-${Stack.of(scope).region}`;
}
