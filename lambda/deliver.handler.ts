import { ConnectionTable } from './adapters/connection-table';
import { SqsDeliveryQueue, sqsClient } from './adapters/delivery-queue';
import { ManagementApi } from './adapters/management-api';
import { dynamoClient, Table } from './adapters/table';
import { createHandler } from './deliver';
import { required } from './environment';
import { logLine } from './logger';
import { systemClock } from './system-clock';

const table = new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock);

export const handler = createHandler({
  connections: new ConnectionTable(table, systemClock),
  queue: new SqsDeliveryQueue(sqsClient(), required('DELIVERY_QUEUE_URL')),
  outbox: new ManagementApi({ endpoint: required('MANAGEMENT_ENDPOINT') }),
  clock: systemClock,
  logger: logLine,
});
