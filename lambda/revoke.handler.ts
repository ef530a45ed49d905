import { ConnectionTable } from './adapters/connection-table';
import { SqsDeadLetters } from './adapters/dead-letters';
import { sqsClient } from './adapters/delivery-queue';
import { ManagementApi } from './adapters/management-api';
import { dynamoClient, Table } from './adapters/table';
import { required } from './environment';
import { logLine } from './logger';
import { createHandler } from './revoke';
import { systemClock } from './system-clock';

const management = new ManagementApi({ endpoint: required('MANAGEMENT_ENDPOINT') });
const table = new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock);

export const handler = createHandler({
  connections: new ConnectionTable(table, systemClock),
  connectionCloser: management,
  outbox: management,
  deadLetters: new SqsDeadLetters(sqsClient(), required('DEAD_LETTER_QUEUE_URL')),
  clock: systemClock,
  logger: logLine,
});
