import { Failure } from '../failure';
import type { Service } from '../service';
import type { Protocol, Reply } from './protocol';

/**
 * The JSON protocols. The header `x-amz-target` names the API and the operation: `AmazonSQS.SendMessage`.
 *
 * @param services by the first part of the header
 */
export function jsonProtocol(services: Readonly<Record<string, Service>>): Protocol {
  return ({ headers, body }) => {
    const header = headers['x-amz-target'];
    if (header === undefined) {
      return undefined;
    }
    const [target = '', operation = ''] = String(header).split('.');
    const service = services[target];
    return {
      service,
      operation: service ? operation : target,
      input: () => parse(body),
      success: (answer) => reply(200, answer),
      failure: (failure) => reply(failure.status, failure.body, failure.headers),
    };
  };
}

function reply(status: number, answer: object, headers: Record<string, string> = {}): Reply {
  const body = JSON.stringify(answer);
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0', ...headers }, body };
}

function parse(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body || '{}');
  } catch {
    throw new Failure('com.amazon.coral.service#SerializationException', 'The body is not JSON');
  }
}
