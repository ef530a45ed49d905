import type { IncomingHttpHeaders } from 'node:http';

/** Code of the error that a client gets for a call to a service that does not run here. No SDK retries it. */
const CODE = 'NotEmulated';

export interface Refusal {
  readonly status: 400;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** @returns an error response, in the form of the protocol of the request, so that an SDK reads code and message */
export function refusalFor(headers: IncomingHttpHeaders, message: string): Refusal {
  const type = headers['content-type'] ?? '';
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') {
    const protocol = { 'smithy-protocol': 'rpc-v2-cbor' };
    return refusal('application/cbor', cborMap({ __type: CODE, message }), protocol);
  }
  if (headers['x-amz-target'] !== undefined || type.includes('json')) {
    return refusal(type.split(';')[0] || 'application/json', JSON.stringify({ __type: CODE, message }));
  }
  if (type.startsWith('application/x-www-form-urlencoded')) {
    const error = `<Error><Type>Sender</Type><Code>${CODE}</Code><Message>${escaped(message)}</Message></Error>`;
    return refusal('text/xml', `<ErrorResponse>${error}<RequestId>local</RequestId></ErrorResponse>`);
  }
  if (headers['x-amz-content-sha256'] !== undefined) {
    // Amazon S3, and the other services with REST and XML.
    return refusal('application/xml', `<Error><Code>${CODE}</Code><Message>${escaped(message)}</Message></Error>`);
  }
  return refusal('application/json', JSON.stringify({ __type: CODE, message }));
}

function refusal(type: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Refusal {
  return {
    status: 400,
    headers: { 'content-type': type, 'x-amzn-errortype': CODE, ...headers },
    body: Buffer.from(body),
  };
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** @returns a map of at most 23 texts, as CBOR (RFC 8949) */
function cborMap(texts: Readonly<Record<string, string>>): Buffer {
  const values = Object.entries(texts).flat().map(cborText);
  return Buffer.concat([Buffer.from([0xa0 + values.length / 2]), ...values]);
}

function cborText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.from([0x79, bytes.length >> 8, bytes.length & 0xff]);
  return Buffer.concat([head, bytes]);
}
