import type { Addresses } from '../addresses';
import { credentialsOf } from '../identity/credentials';

/** The versions of the JSON protocols, as `x-amz-target` names them. */
const PREFIXES = { streams: 'DynamoDBStreams_20120810', sqs: 'AmazonSQS' } as const;

/** An error that AWS answered. */
export class AwsApiError extends Error {
  constructor(
    /** `ExpiredIteratorException` */
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

/** Calls one operation: what goes in and what comes out as they are on the wire. Throws {@link AwsApiError}. */
export type AwsApi = (
  service: keyof typeof PREFIXES,
  operation: string,
  input: object,
  signal: AbortSignal,
) => Promise<unknown>;

/**
 * The local AWS, as a role calls it. No SDK: an event carries a stream's records as they are on the wire, which an SDK takes
 * apart.
 */
export function awsApi({ awsEndpoint }: Pick<Addresses, 'awsEndpoint'>, region: string, roleArn: string): AwsApi {
  return async (service, operation, input, signal) => {
    const response = await fetch(awsEndpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `${PREFIXES[service]}.${operation}`,
        authorization: authorizationOf(roleArn, region, service === 'sqs' ? 'sqs' : 'dynamodb'),
      },
      body: JSON.stringify(input),
      signal,
    });
    const body = (await response.json()) as { __type?: string; message?: string; Message?: string };
    if (!response.ok) {
      const name = body.__type?.replace(/^.*#/, '') ?? `status ${response.status}`;
      throw new AwsApiError(name, body.message ?? body.Message ?? `${operation} failed`);
    }
    return body;
  };
}

/** Says who calls. Nothing here verifies signatures, so there is none. */
function authorizationOf(roleArn: string, region: string, service: string): string {
  const scope = `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}/${region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${credentialsOf(roleArn).accessKeyId}/${scope}, SignedHeaders=host, Signature=local`;
}
