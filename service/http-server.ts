import { createServer, type Server } from 'node:http';
import { getRequestListener, RequestError } from '@hono/node-server';
import { errorFields, type Logger } from '../lambda/logger';
import { Problem } from './problem';
import { refuseUnreadable } from './unreadable-request';

export interface HttpServerOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Seconds for which an idle connection stays open. */
  readonly keepAliveSeconds: number;
  readonly logger: Logger;
}

/** Creates the HTTP server of the container. Its timeouts suit a load balancer that reuses connections. */
export function httpServer({ fetch, keepAliveSeconds, logger }: HttpServerOptions): Server {
  const errorHandler = (error: unknown) => {
    if (error instanceof RequestError) {
      return refuseUnreadable(error, logger);
    }
    logger({ event: 'failed', ...errorFields(error) });
    return new Problem('internal', 'The error has been logged.').toResponse();
  };
  const server = createServer(getRequestListener(fetch, { errorHandler }));
  server.keepAliveTimeout = keepAliveSeconds * 1000;
  // Node.js starts both timeouts when a connection opens, so a new connection can stay unused as long as an idle one.
  server.headersTimeout = server.keepAliveTimeout + 5000;
  // Ends a request whose body arrives slowly. The default is 5 minutes. A body has at most 32 KB, so honest ones take seconds.
  server.requestTimeout = server.headersTimeout;
  return server;
}
