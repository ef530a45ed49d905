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
  /** Milliseconds from the head of the response to the end of its body. */
  readonly transfer: number;
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
  readonly code: string = 'TIMED_OUT';
}

/** A request without a response within the timeout, on a connection that the server accepted. */
export class NoResponse extends TimedOut {
  override readonly code = 'NO_RESPONSE';
}

/** A body that did not end within the timeout, such as an event stream. */
class EndlessBody extends TimedOut {
  override readonly code = 'ENDLESS_BODY';
}

/** A body that the server did not finish. A browser does not send such a request again. */
class UnfinishedBody extends Error {
  readonly code = 'UNFINISHED_BODY';
}

/** Reads a body to its end. @throws {EndlessBody | UnfinishedBody} if it has none */
export async function textOf(stream: Readable): Promise<string> {
  let text = '';
  try {
    for await (const chunk of stream.setEncoding('utf8')) {
      if (text.length < LONGEST_BODY) {
        text += chunk;
      }
    }
  } catch (error) {
    throw error instanceof TimedOut ? new EndlessBody() : new UnfinishedBody('unfinished', { cause: error });
  }
  return text.slice(0, LONGEST_BODY);
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

/** True if the connection ends after the response: by `Connection: close`, and in HTTP/1.0 by default. */
export function announcesEnd({ headers, httpVersion }: Pick<Response, 'headers' | 'httpVersion'>): boolean {
  const options = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return options.includes('close') || (httpVersion === '1.0' && !options.includes('keep-alive'));
}
