import { Aws, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';

/** Region of CloudFront's certificates and web ACLs. */
export const CLOUDFRONT_REGION = 'us-east-1';

/** @returns the partition of a Region: `aws-cn` for `cn-north-1`. `undefined` if aws-cdk-lib does not know the Region */
export function partitionOf(region: string): string | undefined {
  return Token.isUnresolved(region) ? undefined : RegionInfo.get(region).partition;
}

/** @returns the domain of AWS's endpoints in a Region: `amazonaws.com.cn` for `cn-north-1`; by default, that of the stack */
export function domainOf(region: string): string {
  return (Token.isUnresolved(region) ? undefined : RegionInfo.get(region).domainSuffix) ?? Aws.URL_SUFFIX;
}

/**
 * True for a Region of which AWS documents that it has no user pools: those in China.
 * https://docs.amazonaws.cn/en_us/aws/latest/userguide/cognito.html
 */
export function lacksUserPools(region: string): boolean {
  return partitionOf(region) === 'aws-cn';
}
