import type { WebSocket } from 'ws';

/** Milliseconds in which the server can answer the close frame. */
const CLOSING = 100;

/** Closes a socket as a page does, so that the server logs no error, and cuts the connection soon after. */
export function endSocket(socket: WebSocket): void {
  if (socket.readyState !== socket.OPEN) {
    socket.terminate();
    return;
  }
  socket.close(1000);
  const timer = setTimeout(() => socket.terminate(), CLOSING).unref();
  socket.once('close', () => clearTimeout(timer));
}
