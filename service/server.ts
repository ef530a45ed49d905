/**
 * Entry point of the container: `node index.js [documentation]`. The argument is the directory with the assets of the
 * documentation page, by default `documentation` next to this file.
 */
import { join } from 'node:path';
import { EmbeddedMetrics } from '../lambda/embedded-metrics';
import { Environment, required, requiredNumber } from '../lambda/environment';
import { logLine } from '../lambda/logger';
import { WRITE_EVERY } from '../lambda/metrics';
import { deployedApp } from './deployed-app';
import { drainOnSigterm } from './drain';
import { httpServer } from './http-server';
import { taskCredentials } from './task-credentials';

const port = requiredNumber('PORT');
const metrics = new EmbeddedMetrics(required('METRIC_LANE'));
const { fetch } = deployedApp({
  documentation: process.argv[2] ?? join(__dirname, 'documentation'),
  credentials: taskCredentials(),
  waitForHint: 0,
  metrics,
});
const server = httpServer({ fetch, keepAliveSeconds: requiredNumber('KEEP_ALIVE_SECONDS'), logger: logLine });

drainOnSigterm(server, requiredNumber('DRAIN_SECONDS'), () => metrics.write());
setInterval(() => metrics.write(), WRITE_EVERY);
// Without a host, Node.js listens on IPv6 and IPv4, or on IPv4 only where IPv6 is not available.
server.listen(port, process.env[Environment.HOST], () => logLine({ event: 'listening', port }));
