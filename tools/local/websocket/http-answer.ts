import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** Responds to an upgrade request with an ordinary response, and ends the socket. */
export function answerUpgrade(socket: Socket, statusCode: number, body: string): void {
  const head = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/** Responds with JSON, or with only the status. @param errorType - type from which an AWS SDK creates its exception */
export function answer(response: ServerResponse, statusCode: number, body?: object, errorType?: string): void {
  if (errorType !== undefined) {
    response.setHeader('x-amzn-ErrorType', errorType);
  }
  if (body !== undefined) {
    response.setHeader('Content-Type', 'application/json');
  }
  response.writeHead(statusCode).end(body && JSON.stringify(body));
}
