import { SqsDeliveryQueue, sqsClient } from './adapters/delivery-queue';
import { SubscriptionTable } from './adapters/subscription-table';
import { dynamoClient, Table } from './adapters/table';
import { createHandler } from './dispatch';
import { required } from './environment';
import { logLine } from './logger';
import { systemClock } from './system-clock';

const table = new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock);

export const handler = createHandler({
  connections: new SubscriptionTable(table, systemClock),
  queue: new SqsDeliveryQueue(sqsClient(), required('DELIVERY_QUEUE_URL')),
  logger: logLine,
});
