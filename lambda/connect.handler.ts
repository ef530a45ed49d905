import { ConnectionTable } from './adapters/connection-table';
import { dynamoClient, Table } from './adapters/table';
import { DynamoConnectionOpener } from './adapters/connection-opener';
import { createHandler } from './connect';
import { required, requiredNumber } from './environment';
import { logLine } from './logger';
import { parseOrigins } from './realtime/admission';
import { parseRateLimit } from './realtime/rate-limit';
import { systemClock } from './system-clock';

const client = dynamoClient();
const connections = new ConnectionTable(new Table(client, required('CONNECTION_TABLE'), systemClock), systemClock);
const admissionTable = required('ADMISSION_TABLE');
const connectionsPerSubject = requiredNumber('CONNECTIONS_PER_SUBJECT');
const frames = parseRateLimit(required('FRAME_RATE_LIMIT'));

export const handler = createHandler({
  connections,
  connectionOpener:
    admissionTable === 'none'
      ? undefined
      : new DynamoConnectionOpener({
          connections,
          admission: { table: new Table(client, admissionTable, systemClock), name: admissionTable },
          connectionsPerSubject,
          frames,
          clock: systemClock,
        }),
  allowedOrigins: parseOrigins(required('ALLOWED_ORIGINS')),
  ownOrigin: `https://${required('WEBSOCKET_HOST')}`,
  originSecret: required('ORIGIN_SECRET'),
  logger: logLine,
});
