import type { ALBEvent, ALBResult } from 'aws-lambda';

/** Host of every request's URL. The service reads only the path and the query, and a client can send any `Host`. */
const HOST = 'https://service.invalid';

/**
 * Creates a web `Request` from the event of a target group, with multi-value headers on or off. Throws an error whose message
 * can contain the URL or a header if the method, the path or a header is invalid.
 */
export function requestOf(event: ALBEvent): Request {
  const { httpMethod: method, path, body, isBase64Encoded } = event;
  if (!path.startsWith('/')) {
    throw new TypeError('A path must begin with a slash');
  }
  const headers = new Headers();
  for (const [name, value] of pairsOf(event.multiValueHeaders ?? event.headers)) {
    // One character for each byte, as Node.js reads headers.
    headers.append(name, Buffer.from(value).toString('latin1'));
  }
  // The load balancer does not decode the query.
  const query = [...pairsOf(event.multiValueQueryStringParameters ?? event.queryStringParameters)]
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  // The event has the whole body. The declared length can be wrong.
  headers.delete('transfer-encoding');
  headers.set('content-length', String(bytes.length));
  return new Request(new URL(`${HOST}${path}${query && `?${query}`}`), {
    method,
    headers,
    body: bytes.length > 0 && method !== 'GET' && method !== 'HEAD' ? bytes : null,
  });
}

/** Converts a response for a load balancer that sent `event`. A compressed body is in base64; all others are text. */
export async function resultOf(response: Response, { multiValueHeaders }: ALBEvent): Promise<ALBResult> {
  const isBase64Encoded = response.headers.has('content-encoding');
  const body = Buffer.from(await response.arrayBuffer()).toString(isBase64Encoded ? 'base64' : 'utf8');
  const headers = [...response.headers];
  return {
    statusCode: response.status,
    body,
    isBase64Encoded,
    ...(multiValueHeaders
      ? { multiValueHeaders: Object.fromEntries(headers.map(([name, value]) => [name, [value]])) }
      : { headers: Object.fromEntries(headers) }),
  };
}

function* pairsOf(record: Record<string, string | string[] | undefined> = {}): Generator<[string, string]> {
  for (const [name, values = []] of Object.entries(record)) {
    for (const value of [values].flat()) {
      yield [name, value];
    }
  }
}
