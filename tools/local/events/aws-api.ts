import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';
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
 * apart. Not fetch, which takes twice the time: a stream that is idle is asked four times a second.
 */
export function awsApi({ awsEndpoint }: Pick<Addresses, 'awsEndpoint'>, region: string, roleArn: string): AwsApi {
  const agent = new Agent({ keepAlive: true });
  return (service, operation, input, signal) =>
    new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `${PREFIXES[service]}.${operation}`,
        authorization: authorizationOf(roleArn, region, service === 'sqs' ? 'sqs' : 'dynamodb'),
      };
      request(awsEndpoint, { method: 'POST', agent, headers, signal }, (response) => {
        json(response)
          .then((body) => answerOf(response.statusCode ?? 0, body))
          .then(resolve, reject);
      })
        .on('error', reject)
        .end(JSON.stringify(input));
    });
}

function answerOf(status: number, body: unknown): unknown {
  if (status === 200) {
    return body;
  }
  const { __type, message, Message } = Object(body) as { __type?: string; message?: string; Message?: string };
  throw new AwsApiError(__type?.replace(/^.*#/, '') ?? `status ${status}`, message ?? Message ?? 'no message');
}

/** Says who calls. Nothing here verifies signatures, so there is none. */
function authorizationOf(roleArn: string, region: string, service: string): string {
  const scope = `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}/${region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${credentialsOf(roleArn).accessKeyId}/${scope}, SignedHeaders=host, Signature=local`;
}
