import { createServer } from 'node:http';
import { api, serve } from './api';

// A browser caches this preflight for 5 s.
serve(
  createServer((request, response) => {
    if (request.method === 'OPTIONS') {
      response
        .writeHead(204, { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'Content-Type' })
        .end();
    } else {
      api(request, response);
    }
  }),
);
