/** @returns the Region in `AWS_REGION`, which Lambda and ECS set. Throws if it is not set. */
export function regionOf(environment: NodeJS.ProcessEnv = process.env): string {
  const { AWS_REGION } = environment;
  if (!AWS_REGION) {
    throw new Error('The environment variable AWS_REGION must be set. Lambda and ECS set it');
  }
  return AWS_REGION;
}

/**
 * @returns the endpoint of a service: `AWS_ENDPOINT_URL_{SERVICE}` or `AWS_ENDPOINT_URL`, as in the AWS SDKs, or else the
 * service's endpoint in the Region, in the partitions aws, aws-us-gov and aws-cn.
 */
export function endpointOf(service: 'dynamodb' | 'sqs', environment: NodeJS.ProcessEnv = process.env): URL {
  const configured = environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || environment.AWS_ENDPOINT_URL;
  const region = regionOf(environment);
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return new URL(configured || `https://${service}.${region}.${suffix}`);
}
