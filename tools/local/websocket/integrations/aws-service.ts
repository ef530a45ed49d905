import { request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import type { AwsTarget } from '../../blueprint';
import { credentialsOf } from '../../identity/credentials';
import { IntegrationFailure, type IntegrationRequest, type IntegrationResponse } from './mapping';

/** Prefix of `X-Amz-Target` of the services with a JSON protocol that `action/NAME` calls. */
const JSON_TARGETS: Readonly<Record<string, string>> = { dynamodb: 'DynamoDB_20120810' };

/**
 * Calls an AWS service as API Gateway does, with the credentials of the integration's role: `action/NAME` calls an operation, in the JSON
 * protocol of DynamoDB or in the query protocol of SQS and SNS; `path/PATH` sends the request to this path.
 *
 * @param endpoint - `http://127.0.0.1:4567`: the AWS endpoint of this run, whose services check the permissions of the role
 * @param credentialsArn - ARN of the role. Without it the request is not signed, and the services refuse it
 */
export async function callService(
  endpoint: string,
  target: AwsTarget,
  credentialsArn: string | undefined,
  { body, headers, query }: IntegrationRequest,
  timeoutMs: number,
): Promise<IntegrationResponse> {
  const { service, region } = target;
  // `path//` is the root of the service.
  const url = new URL('path' in target ? `/${target.path.replace(/^\/+/, '')}` : '/', endpoint);
  const all: Record<string, string> = { 'content-type': 'application/json' };
  if (credentialsArn !== undefined) {
    all.authorization = authorizationOf(credentialsArn, region, service);
  }
  for (const [name, value] of Object.entries(headers)) {
    all[name.toLowerCase()] = value;
  }
  const parameters = url.searchParams;
  for (const [name, value] of Object.entries(query)) {
    parameters.set(name, value);
  }
  if ('action' in target) {
    const jsonTarget = JSON_TARGETS[service];
    if (jsonTarget === undefined) {
      parameters.set('Action', target.action);
    } else {
      all['x-amz-target'] = `${jsonTarget}.${target.action}`;
      all['content-type'] = 'application/x-amz-json-1.0';
    }
  }
  return send(url, all, body, timeoutMs);
}

async function send(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  timeoutMs: number,
): Promise<IntegrationResponse> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', headers, signal }, (response) => {
        const received = Object.entries(response.headers).map(([name, value]): [string, string] => [
          name,
          String(value),
        ]);
        textOf(response).then((text) => {
          resolve({ statusCode: response.statusCode ?? 0, headers: Object.fromEntries(received), body: text });
        }, reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  } catch (error) {
    throw signal.aborted
      ? new IntegrationFailure(`the service did not answer within ${timeoutMs} ms`, true)
      : new IntegrationFailure(`the service could not be called: ${(error as Error).message}`);
  }
}

/** The header of a request that the role signed. Signatures are not verified here, so it has none. */
function authorizationOf(roleArn: string, region: string, service: string): string {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const scope = `${credentialsOf(roleArn).accessKeyId}/${date}/${region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
}
