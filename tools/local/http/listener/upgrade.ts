import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ErrorPage } from './error-page';

/** @returns a way to answer a request to switch protocols as any other: Node leaves such a request to the server. */
export function responseOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.end(() => socket.destroy()));
  // Its loss shows as the response's `close`.
  socket.on('error', () => socket.destroy());
  return response;
}

/**
 * @returns the connection, if it is to become a WebSocket. Other protocols are not switched to: the request is answered as
 * any other, but Node has left its body, if it has one, unread.
 */
export function webSocketOf({ headers }: IncomingMessage, socket: Socket): Socket | undefined {
  if (headers.upgrade?.toLowerCase() === 'websocket') {
    return socket;
  }
  if (headers['content-length'] || headers['transfer-encoding']) {
    throw new ErrorPage(400, `a request with a body cannot be upgraded to ${headers.upgrade}`);
  }
  return undefined;
}
