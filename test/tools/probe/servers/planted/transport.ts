import { createServer, type RequestListener, type Server } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import { certificate } from '../certificate';
import { closeIdle } from './idle';
import type { PlantedOptions } from './options';

/** Milliseconds for which an idle connection stays open. Most load balancers close it earlier. */
const KEEP_ALIVE = 75_000;

/** Creates the HTTP server. */
export function transport({ transport: kind = 'http', idle }: PlantedOptions, answer: RequestListener): Server {
  const server = create(kind, answer);
  server.keepAliveTimeout = KEEP_ALIVE;
  if (idle !== undefined) {
    closeIdle(server, idle * 1000);
  }
  return server;
}

function create(kind: NonNullable<PlantedOptions['transport']>, answer: RequestListener): Server {
  switch (kind) {
    case 'http':
      return createServer(answer);
    case 'https':
      return createTlsServer(certificate(), answer);
    case 'TLSv1.2':
      return createTlsServer({ ...certificate(), maxVersion: 'TLSv1.2' }, answer);
    case 'h2':
      // Its requests and responses have the interface of those of HTTP/1.1.
      return createSecureServer({ ...certificate(), allowHTTP1: true }, answer as never) as unknown as Server;
  }
}
