import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Addresses } from '../addresses';
import { credentialsOf } from '../identity/credentials';

/** The versions of the JSON protocols, as `x-amz-target` names them. */
const PREFIXES = { streams: 'DynamoDBStreams_20120810', sqs: 'AmazonSQS' } as const;

/** An error response of AWS. */
export class AwsApiError extends Error {
  constructor(
    /** `ExpiredIteratorException` */
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

/** Calls one operation, with input and output in the format of the protocol. Throws {@link AwsApiError}. */
export type AwsApi = (
  service: keyof typeof PREFIXES,
  operation: string,
  input: object,
  signal: AbortSignal,
) => Promise<unknown>;

/**
 * Calls the local AWS with the credentials of a role. It does not use an SDK, because an event contains a stream's records in
 * the format of the protocol, which an SDK converts. It does not use fetch, which takes twice the time: an idle stream is
 * polled four times per second.
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

/** An Authorization header that names the role. The signature is a placeholder, because it is not verified. */
function authorizationOf(roleArn: string, region: string, service: string): string {
  const scope = `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}/${region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${credentialsOf(roleArn).accessKeyId}/${scope}, SignedHeaders=host, Signature=local`;
}
