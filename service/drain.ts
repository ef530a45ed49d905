import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { logLine } from '../lambda/logger';

/** The connections and open requests of a server, which can be drained. */
export interface Drainable {
  /** Number of requests without a complete response. */
  readonly open: number;
  /**
   * Accepts no new connections, closes idle ones, and finishes open requests, whose connections close after the response.
   * Resolves when all connections are closed.
   */
  drain(): Promise<void>;
}

/** Prepares a server that does not listen yet. */
export function drainable(server: Server): Drainable {
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
        // A response that began before the drain has no `Connection: close`.
        socket.end();
      }
    });
  });

  return {
    get open() {
      return open.size;
    },
    drain() {
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
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

/**
 * Drains the server on SIGTERM. Exits with 0, or with 1 if requests are still open after `seconds`.
 *
 * @param ending - is called before the process exits
 */
export function drainOnSigterm(server: Server, seconds: number, ending: () => void): void {
  const requests = drainable(server);
  process.once('SIGTERM', () => {
    const exit = (code: number) => {
      ending();
      process.exit(code);
    };
    void requests.drain().then(() => exit(0));
    logLine({ event: 'draining', open: requests.open });
    setTimeout(() => {
      logLine({ event: 'drain_timed_out', open: requests.open });
      exit(1);
    }, seconds * 1000).unref();
  });
}
