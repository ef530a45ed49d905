import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Endpoint } from './endpoint';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A response, as a channel receives it. */
export interface Response {
  /** Milliseconds from the start of the request to the head of the response. */
  readonly ms: number;
  /** Milliseconds for which the probe was paused meanwhile. */
  readonly pause: number;
  readonly status: number;
  /** Empty in HTTP/2. */
  readonly reason: string;
  /** `1.1` */
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
  /** First {@link LONGEST_BODY} characters. */
  readonly body: string;
}

/** Characters of a body that are kept. */
const LONGEST_BODY = 1_000_000;

/** HTTP on one open connection, one request at a time. Ends with the connection. */
export interface Channel {
  /** Clock time at which the server ended the connection, or announced that. Undefined while it is usable. */
  readonly endedAt: number | undefined;
  /**
   * Sends a request, and resolves after the whole response.
   *
   * @throws {ChannelEnded} if the server ended the connection before the response
   */
  send(request: Request): Promise<Response>;
  close(): void;
}

/** The server ended a connection on which it had answered before. A browser sends the request again on a new one. */
export class ChannelEnded extends Error {}

/** Error of a step that took longer than the timeout. */
export class TimedOut extends Error {
  readonly code = 'TIMED_OUT';
}

/**
 * Headers of a request, with those that every browser sends and that some servers demand.
 *
 * The length of the body is always given: Node.js omits it for DELETE, and `fetch` sends 0 for a POST or PUT without a body.
 */
export function headersOf({ method, headers, body }: Request, { url }: Endpoint): Record<string, string> {
  const hasLength = body !== undefined || method === 'POST' || method === 'PUT';
  return {
    host: url.host,
    accept: '*/*',
    'user-agent': 'Mozilla/5.0 (compatible; first-request probe)',
    ...(hasLength && { 'content-length': String(Buffer.byteLength(body ?? '')) }),
    ...headers,
  };
}

/** Reads a body to its end. */
export async function textOf(body: Readable): Promise<string> {
  let text = '';
  for await (const chunk of body.setEncoding('utf8')) {
    if (text.length < LONGEST_BODY) {
      text += chunk;
    }
  }
  return text.slice(0, LONGEST_BODY);
}
