import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { logLine } from '../lambda/logger';

/**
 * Shuts down gracefully on SIGTERM: accepts no new connections, closes idle ones, and finishes open requests with
 * `Connection: close`. Exits with 0, or with 1 if requests are still open after `seconds`.
 */
export function drainOnSigterm(server: Server, seconds: number): void {
  // Node.js does not count connections that have not sent anything yet as idle, and would wait for them.
  const connections = new Set<Socket>();
  const open = new Set<ServerResponse>();
  let draining = false;

  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.prependListener('request', ({ socket }, response: ServerResponse) => {
    open.add(response);
    response.once('close', () => {
      open.delete(response);
      if (draining) {
        // A response that began before SIGTERM has no `Connection: close`.
        socket.end();
      }
    });
  });

  process.once('SIGTERM', () => {
    draining = true;
    const busy = new Set([...open].map(({ req }) => req.socket));
    for (const socket of connections) {
      if (!busy.has(socket)) {
        socket.destroy();
      }
    }
    for (const response of open) {
      if (!response.headersSent) {
        response.setHeader('Connection', 'close');
      }
    }
    server.close(() => process.exit(0));
    logLine({ event: 'draining', open: open.size });
    setTimeout(() => {
      logLine({ event: 'drain_timed_out', open: open.size });
      process.exit(1);
    }, seconds * 1000).unref();
  });
}
