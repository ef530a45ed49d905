import { SqsDeliveryQueue, sqsClient } from './adapters/delivery-queue';
import { HintTable } from './adapters/hint-table';
import { ManagementApi } from './adapters/management-api';
import { ShardTable } from './adapters/shard-table';
import { dynamoClient, Table } from './adapters/table';
import { required } from './environment';
import { logLine } from './logger';
import { createHandler } from './push';
import { systemClock } from './system-clock';

const dynamo = dynamoClient();

export const handler = createHandler({
  log: new HintTable(new Table(dynamo, required('MESSAGE_LOG_TABLE'), systemClock), systemClock),
  connections: new ShardTable(new Table(dynamo, required('CONNECTION_TABLE'), systemClock), systemClock),
  queue: new SqsDeliveryQueue(sqsClient(), required('DELIVERY_QUEUE_URL')),
  outbox: new ManagementApi({ endpoint: required('MANAGEMENT_ENDPOINT') }),
  clock: systemClock,
  logger: logLine,
});
