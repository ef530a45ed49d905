import type { Server, ServerResponse } from 'node:http';
import { logLine } from '../lambda/logger';

/**
 * Ends the process in good order on SIGTERM: no new connections, `Connection: close` on every answer from then on, idle
 * connections closed, open requests finished. Exits with 0; with 1 if `seconds` were not enough.
 */
export function drainOnSigterm(server: Server, seconds: number): void {
  const open = new Set<ServerResponse>();
  let draining = false;

  const finishAfter = (response: ServerResponse) => {
    if (!response.headersSent) {
      response.setHeader('Connection', 'close');
    }
  };
  server.prependListener('request', (_, response: ServerResponse) => {
    open.add(response);
    if (draining) {
      finishAfter(response);
    }
    response.once('close', () => {
      open.delete(response);
      if (draining) {
        // An answer that had begun before SIGTERM could not say that its connection would close.
        server.closeIdleConnections();
      }
    });
  });

  process.once('SIGTERM', () => {
    draining = true;
    open.forEach(finishAfter);
    server.close(() => process.exit(0));
    logLine({ event: 'draining', open: open.size });
    setTimeout(() => {
      logLine({ event: 'drain_timed_out', open: open.size });
      process.exit(1);
    }, seconds * 1000).unref();
  });
}
