import { ConnectionTable } from './adapters/connection-table';
import { dynamoClient, Table } from './adapters/table';
import { createHandler } from './connect';
import { EmbeddedMetrics } from './embedded-metrics';
import { required } from './environment';
import { logLine } from './logger';
import { openerFromEnvironment } from './opener-from-environment';
import { parseOrigins } from './realtime/admission';
import { systemClock } from './system-clock';

const client = dynamoClient();
const connections = new ConnectionTable(new Table(client, required('CONNECTION_TABLE'), systemClock), systemClock);

export const handler = createHandler({
  connections,
  connectionOpener: openerFromEnvironment(connections, client),
  allowedOrigins: parseOrigins(required('ALLOWED_ORIGINS')),
  ownOrigin: `https://${required('WEBSOCKET_HOST')}`,
  originSecret: required('ORIGIN_SECRET'),
  logger: logLine,
  metrics: new EmbeddedMetrics(required('METRIC_LANE')),
});
