/** Entry point of the container of a WebSocket server: `node index.js`. */
import { dynamoClient, Table } from '../../lambda/adapters/table';
import { TaskTable } from '../../lambda/adapters/task-table';
import { EmbeddedMetrics } from '../../lambda/embedded-metrics';
import { Environment, required, requiredNumber } from '../../lambda/environment';
import { logLine } from '../../lambda/logger';
import { openerFromEnvironment } from '../../lambda/opener-from-environment';
import { parseOrigins } from '../../lambda/realtime/admission';
import { parseRateLimit } from '../../lambda/realtime/rate-limit';
import { sharedSessionFromEnvironment } from '../../lambda/session-from-environment';
import { systemClock } from '../../lambda/system-clock';
import { taskCredentials } from '../task-credentials';
import { LIMITS } from './limits';
import { addressOf } from './client-address';
import { taskAddress } from './task-address';
import { WebSocketTask } from './websocket-task';

const credentials = taskCredentials();
const client = dynamoClient(credentials);
const table = new TaskTable(new Table(client, required('CONNECTION_TABLE'), systemClock), systemClock);

const task = new WebSocketTask({
  table,
  frames: parseRateLimit(required('FRAME_RATE_LIMIT')),
  clock: systemClock,
  logger: logLine,
  metrics: new EmbeddedMetrics(required('METRIC_LANE')),
  drainSeconds: requiredNumber('DRAIN_SECONDS'),
  connectionOpener: openerFromEnvironment(table, client),
  session: sharedSessionFromEnvironment({ client, credentials, waitFor: 0 }),
  allowedOrigins: parseOrigins(required('ALLOWED_ORIGINS')),
  ...addressOf(required('WEBSOCKET_URL')),
  connectionsPerTask: requiredNumber('CONNECTIONS_PER_TASK'),
  limits: LIMITS,
});
const [port, postsPort] = [requiredNumber('PORT'), requiredNumber('POSTS_PORT')];

process.once('SIGTERM', () => {
  void task.drain().then((left) => process.exit(left === 0 ? 0 : 1));
});
// A failure ends the process with its error: without an address or a lease, it can serve nobody. ECS starts another task.
void taskAddress().then((address) => task.serve({ port, postsPort, address, host: process.env[Environment.HOST] }));
