import { createServer, type RequestListener, type Server } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import { certificate } from '../certificate';
import type { PlantedOptions } from './options';

/** Creates the HTTP server. An idle connection stays open as long as the options say, on every version of Node.js. */
export function transport({ transport: kind = 'http', idle = 75 }: PlantedOptions, answer: RequestListener): Server {
  const server = create(kind, answer);
  // Newer versions of Node.js keep the connection open for another second, unless they are told not to.
  return Object.assign(server, { keepAliveTimeout: idle * 1000, keepAliveTimeoutBuffer: 0 });
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
