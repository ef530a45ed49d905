import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ErrorPage } from './error-page';

/** @returns a response for an upgrade request, for which Node.js creates none */
export function responseOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.end(() => socket.destroy()));
  // The response's event `close` reports a broken connection.
  socket.on('error', () => socket.destroy());
  return response;
}

/**
 * @returns the connection if the request upgrades it to a WebSocket. Upgrades to other protocols are ignored, and the request
 * is handled as an ordinary one, but Node.js does not read its body.
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
