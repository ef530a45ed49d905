import { createServer } from 'node:https';
import { api, serve } from './api';
import { certificate } from './certificate';

// Every response closes its connection, so that the next request needs another TLS handshake.
serve(
  createServer(certificate(), (request, response) => {
    response.setHeader('Connection', 'close');
    api(request, response);
  }),
);
