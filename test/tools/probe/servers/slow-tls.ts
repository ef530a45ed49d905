import { createServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { api, serve } from './api';
import { certificate } from './certificate';

const tls = createServer(certificate(), api);

// As where TLS ends on a processor that has none to spare.
serve(createTcpServer((socket) => setTimeout(() => tls.emit('connection', socket), 250)));
