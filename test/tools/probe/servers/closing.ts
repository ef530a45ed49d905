import { createServer } from 'node:https';
import { api, serve } from './api';
import { certificate } from './certificate';

// Every answer closes its connection, and the next request pays for TLS again.
serve(
  createServer(certificate(), (request, response) => {
    response.setHeader('Connection', 'close');
    api(request, response);
  }),
);
