import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { logLine } from '../lambda/logger';

/**
 * Ends the process in good order on SIGTERM: no new connections, connections without an open request closed, open
 * requests finished with `Connection: close`. Exits with 0; with 1 if `seconds` were not enough.
 */
export function drainOnSigterm(server: Server, seconds: number): void {
  // Node's own count of idle connections leaves out those that have not sent anything yet, and would wait for them.
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
        // An answer that had begun before SIGTERM could not say that its connection would close.
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
