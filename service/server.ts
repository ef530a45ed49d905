/**
 * The container's entry: `node index.js [documentation]`. The argument is the directory of the documentation's assets,
 * by default the one beside this file.
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
// Node also counts this from the opening of a connection: one that has sent nothing yet may stay as long as an idle one.
server.headersTimeout = server.keepAliveTimeout + 5000;
drainOnSigterm(server, requiredNumber('DRAIN_SECONDS'));
// Without a host Node listens on both address families, or on IPv4 alone where there is no IPv6.
server.listen(port, () => logLine({ event: 'listening', port }));
