import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { htmlOf, titleOf } from './error-page';
import type { RawHeaders } from './response-headers';

/** A complete response: of the load balancer itself, or of a function. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  /** Without `Content-Length`. */
  readonly headers: RawHeaders;
  readonly body: string | Buffer;
}

export function pageOf(status: number, headers: RawHeaders = []): Answer {
  return {
    status,
    reason: titleOf(status),
    headers: ['Content-Type', 'text/html', ...headers],
    body: htmlOf(status),
  };
}

/**
 * Sends a response. Resolves when the client has received it or has disconnected.
 *
 * @param decorate converts the headers of the response to those that the client receives
 */
export async function send(
  response: ServerResponse,
  { status, reason, headers, body }: Answer,
  decorate: (headers: RawHeaders) => RawHeaders,
): Promise<void> {
  const saysServer = headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'server');
  const all = decorate([
    ...(saysServer ? [] : ['Server', 'awselb/2.0']),
    ...headers,
    ...(status === 204 || status === 304 ? [] : ['Content-Length', String(Buffer.byteLength(body))]),
  ]);
  const closed = once(response, 'close');
  response.writeHead(status, reason, [...all]).end(body);
  await closed;
}
