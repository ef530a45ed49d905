import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { PROTOCOL } from '../../../client/protocol';

/** A request whose path and headers are sent exactly as they are: URL would normalize the path. */
export interface ExactRequest {
  readonly path: string;
  /** @default 'GET' */
  readonly method?: string;
  /** Headers. An array is sent as a header for each value. */
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** @returns the status of the response, and its body; 101 and '' if the connection switched protocols. */
export async function exactly(
  url: string,
  { path, method = 'GET', headers = {}, body }: ExactRequest,
): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  const host = hostname.endsWith('localhost') ? '127.0.0.1' : hostname;
  // Node.js sends the body of a DELETE without its length.
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const outgoing = request({
    host,
    port,
    path,
    method,
    headers: { host: hostname, ...length, ...headers },
    agent: false,
  });
  return new Promise((resolve, reject) => {
    outgoing.once('error', reject);
    outgoing.once('upgrade', (_, socket: Socket) => {
      socket.destroy();
      resolve({ status: 101, body: '' });
    });
    outgoing.once('response', (response: IncomingMessage) => {
      text(response).then((received) => resolve({ status: response.statusCode ?? 0, body: received }), reject);
    });
    outgoing.end(body);
  });
}

/** @returns the headers of a WebSocket handshake with a ticket. */
export function handshakeWith(ticket: string): OutgoingHttpHeaders {
  return {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.from('0123456789abcdef').toString('base64'),
    'sec-websocket-protocol': `${PROTOCOL}, ticket.${ticket}`,
  };
}
