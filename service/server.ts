/**
 * Entry point of the container: `node index.js [documentation]`. The argument is the directory with the assets of the
 * documentation page, by default `documentation` next to this file.
 */
import type { Server } from 'node:http';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { requiredNumber } from '../lambda/environment';
import { logLine } from '../lambda/logger';
import { deployedApp } from './deployed-app';
import { drainOnSigterm } from './drain';
import { taskCredentials } from './task-credentials';

const port = requiredNumber('PORT');
const app = deployedApp(process.argv[2] ?? join(__dirname, 'documentation'), taskCredentials());
const server = createAdaptorServer({ fetch: app.fetch }) as Server;

server.keepAliveTimeout = requiredNumber('KEEP_ALIVE_SECONDS') * 1000;
// Node.js starts this timeout when a connection opens, so a new connection can stay unused as long as an idle one.
server.headersTimeout = server.keepAliveTimeout + 5000;
drainOnSigterm(server, requiredNumber('DRAIN_SECONDS'));
// Without a host, Node.js listens on IPv6 and IPv4, or on IPv4 only where IPv6 is not available.
server.listen(port, () => logLine({ event: 'listening', port }));
