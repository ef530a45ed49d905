/** The partition of a Region, and the domain of its endpoints. */
export interface Partition {
  /** `aws-us-gov`, as in ARNs. */
  readonly name: string;
  /** `amazonaws.com` */
  readonly domain: string;
}

const AWS: Partition = { name: 'aws', domain: 'amazonaws.com' };

/** Partitions other than `aws`, by the first part of the names of their Regions. A test compares them with aws-cdk-lib. */
const OTHERS = new Map<string, Partition>([
  ['cn', { name: 'aws-cn', domain: 'amazonaws.com.cn' }],
  ['us-gov', { name: 'aws-us-gov', domain: 'amazonaws.com' }],
  ['eusc', { name: 'aws-eusc', domain: 'amazonaws.eu' }],
  ['us-iso', { name: 'aws-iso', domain: 'c2s.ic.gov' }],
  ['us-isob', { name: 'aws-iso-b', domain: 'sc2s.sgov.gov' }],
  ['us-isof', { name: 'aws-iso-f', domain: 'csp.hci.ic.gov' }],
  ['eu-isoe', { name: 'aws-iso-e', domain: 'cloud.adc-e.uk' }],
]);

/** @returns true if a text has the form of a Region's name: `eu-west-1`, `us-gov-east-1`, `eusc-de-east-1` */
export function isRegion(text: string): boolean {
  return /^(?:[a-z]{2}|eusc)(?:-[a-z]+){1,2}-\d{1,2}$/.test(text);
}

/** @returns the partition of a Region; `aws` for one that is not known */
export function partitionOf(region: string): Partition {
  const [, first = ''] = /^(cn|eusc|us-gov|[a-z]+-iso[a-z]?)-/.exec(region) ?? [];
  return OTHERS.get(first) ?? AWS;
}
