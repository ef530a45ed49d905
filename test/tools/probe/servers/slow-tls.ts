import { createServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { api, serve } from './api';
import { certificate } from './certificate';

const tls = createServer(certificate(), api);

// Like TLS termination on an overloaded processor.
serve(createTcpServer((socket) => setTimeout(() => tls.emit('connection', socket), 250)));
