/** @returns the Region in `AWS_REGION`, which Lambda and ECS set. Throws if it is not set. */
export function regionOf(environment: NodeJS.ProcessEnv = process.env): string {
  const { AWS_REGION } = environment;
  if (!AWS_REGION) {
    throw new Error('The environment variable AWS_REGION must be set. Lambda and ECS set it');
  }
  return AWS_REGION;
}

/**
 * Domains of the partitions other than aws and aws-us-gov, by the first part of the names of their Regions. A test compares
 * them with all Regions that aws-cdk-lib knows.
 */
const DOMAINS = new Map([
  ['cn', 'amazonaws.com.cn'],
  ['eusc', 'amazonaws.eu'],
  ['us-iso', 'c2s.ic.gov'],
  ['us-isob', 'sc2s.sgov.gov'],
  ['us-isof', 'csp.hci.ic.gov'],
  ['eu-isoe', 'cloud.adc-e.uk'],
]);

/** Services with their names in the variables of the AWS SDKs: `AWS_ENDPOINT_URL_{name}`. */
const NAMES = {
  dynamodb: 'DYNAMODB',
  sqs: 'SQS',
  'cognito-idp': 'COGNITO_IDENTITY_PROVIDER',
  secretsmanager: 'SECRETS_MANAGER',
} as const;

/** Name of a service in its endpoint and in signatures. */
export type Service = keyof typeof NAMES;

/**
 * @param region - @default - of the environment, see regionOf
 * @returns the endpoint of a service: `AWS_ENDPOINT_URL_{SERVICE}` or `AWS_ENDPOINT_URL`, as in the AWS SDKs, or else the
 * service's endpoint in the Region, in its partition's domain.
 */
export function endpointOf(
  service: Service,
  environment: NodeJS.ProcessEnv = process.env,
  region: string = regionOf(environment),
): URL {
  const configured = environment[`AWS_ENDPOINT_URL_${NAMES[service]}`] || environment.AWS_ENDPOINT_URL;
  return new URL(configured || `https://${service}.${region}.${domainOf(region)}`);
}

function domainOf(region: string): string {
  const [, partition = ''] = /^(cn|eusc|[a-z]+-iso[a-z]?)-/.exec(region) ?? [];
  return DOMAINS.get(partition) ?? 'amazonaws.com';
}
