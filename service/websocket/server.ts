/** Entry point of the container of a WebSocket server: `node index.js`. */
import { randomUUID } from 'node:crypto';
import { AdmissionTable } from '../../lambda/adapters/admission-table';
import { DynamoConnectionOpener } from '../../lambda/adapters/connection-opener';
import { hintingFromEnvironment } from '../../lambda/adapters/hint-queue';
import { DynamoMessageLog } from '../../lambda/adapters/message-log';
import { dynamoClient, Table } from '../../lambda/adapters/table';
import { TaskTable } from '../../lambda/adapters/task-table';
import { unlimited } from '../../lambda/adapters/unlimited';
import { Environment, required, requiredNumber } from '../../lambda/environment';
import { logHintFailure, logLine } from '../../lambda/logger';
import { parseOrigins } from '../../lambda/realtime/admission';
import { parseRateLimit } from '../../lambda/realtime/rate-limit';
import { RecentHeads } from '../../lambda/realtime/recent-heads';
import { systemClock } from '../../lambda/system-clock';
import { taskCredentials } from '../task-credentials';
import { LIMITS } from './limits';
import { taskAddress } from './task-address';
import { WebSocketTask } from './websocket-task';

const credentials = taskCredentials();
const client = dynamoClient(credentials);
const tableOf = (name: string) => new Table(client, name, systemClock);
const table = new TaskTable(tableOf(required('CONNECTION_TABLE')), systemClock);
const frames = parseRateLimit(required('FRAME_RATE_LIMIT'));
const requests = parseRateLimit(required('SUBJECT_RATE_LIMIT'));
const admissionTable = required('ADMISSION_TABLE');
const log = new DynamoMessageLog({
  table: tableOf(required('MESSAGE_LOG_TABLE')),
  retentionSeconds: requiredNumber('MESSAGE_RETENTION_SECONDS'),
  clock: systemClock,
  newId: randomUUID,
  hinting: hintingFromEnvironment({ waitFor: 0, credentials, failed: logHintFailure(logLine) }),
});

const task = new WebSocketTask({
  table,
  frames,
  clock: systemClock,
  logger: logLine,
  lane: required('METRIC_LANE'),
  drainSeconds: requiredNumber('DRAIN_SECONDS'),
  connectionOpener:
    admissionTable === 'none'
      ? undefined
      : new DynamoConnectionOpener({
          connections: table,
          admission: { table: tableOf(admissionTable), name: admissionTable },
          connectionsPerSubject: requiredNumber('CONNECTIONS_PER_SUBJECT'),
          frames,
          clock: systemClock,
        }),
  session: {
    log: new RecentHeads(log, systemClock),
    rateLimits:
      admissionTable === 'none' ? unlimited : new AdmissionTable(tableOf(admissionTable), systemClock, requests),
    clock: systemClock,
    newId: randomUUID,
  },
  allowedOrigins: parseOrigins(required('ALLOWED_ORIGINS')),
  // Not from the host: locally, the URL has the scheme ws and a port.
  ownOrigin: required('WEBSOCKET_URL').replace(/^ws/, 'http'),
  connectionsPerTask: requiredNumber('CONNECTIONS_PER_TASK'),
  limits: LIMITS,
});

process.once('SIGTERM', () => {
  void task.drain().then((left) => process.exit(left === 0 ? 0 : 1));
});
const [port, postsPort] = [requiredNumber('PORT'), requiredNumber('POSTS_PORT')];
// A failure ends the process with its error: without an address or a lease, it can serve nobody. ECS starts another task.
void taskAddress().then((address) => task.serve({ port, postsPort, address, host: process.env[Environment.HOST] }));
