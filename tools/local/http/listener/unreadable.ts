import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { htmlOf, titleOf } from './error-page';

/** Responds to a request that cannot be parsed or did not arrive in time, and closes the connection. */
export function answerUnreadable(
  error: NodeJS.ErrnoException,
  socket: Socket & { _httpMessage?: ServerResponse },
): void {
  // If a response has begun, a page would become a part of it. A client that has sent nothing does not expect a response.
  if (!socket.writable || socket._httpMessage || socket.bytesRead === 0) {
    socket.destroy();
    return;
  }
  const status = statusOf(error.code);
  const html = htmlOf(status);
  const head = [
    `HTTP/1.1 ${status} ${titleOf(status)}`,
    'Server: awselb/2.0',
    `Date: ${new Date().toUTCString()}`,
    'Content-Type: text/html',
    `Content-Length: ${html.length}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${html}`, () => socket.destroy());
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
