import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Answer, pageOf } from './answer';

/** Sends the response to a request that cannot be parsed or did not arrive in time, and closes the connection. */
export function answerUnreadable(
  { status, reason, headers, body }: Answer,
  socket: Socket & { _httpMessage?: ServerResponse },
): void {
  // If a response has begun, a page would become a part of it. A client that has sent nothing does not expect a response.
  if (!socket.writable || socket._httpMessage || socket.bytesRead === 0) {
    socket.destroy();
    return;
  }
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    ...headers.flatMap((name, index) => (index % 2 ? [] : [`${name}: ${headers[index + 1]}`])),
    `Date: ${new Date().toUTCString()}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/** @returns the load balancer's response. @param code - the error of Node.js */
export function unreadablePage(code: string | undefined): Answer {
  const { headers, ...page } = pageOf(statusOf(code));
  return { ...page, headers: ['Server', 'awselb/2.0', ...headers] };
}

function statusOf(code: string | undefined): number {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 408;
    case 'HPE_INVALID_VERSION':
      return 505;
    default:
      return 400;
  }
}
