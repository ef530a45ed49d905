import { SqsDeliveryQueue, sqsClient } from './adapters/delivery-queue';
import { HintTable } from './adapters/hint-table';
import { ManagementApi } from './adapters/management-api';
import { ShardTable } from './adapters/shard-table';
import { dynamoClient, Table } from './adapters/table';
import { EmbeddedMetrics } from './embedded-metrics';
import { required } from './environment';
import { logLine } from './logger';
import { createHandler } from './push';
import { systemClock } from './system-clock';

const dynamo = dynamoClient();
const tableOf = (name: 'MESSAGE_LOG_TABLE' | 'CONNECTION_TABLE') => new Table(dynamo, required(name), systemClock);

export const handler = createHandler({
  log: new HintTable(tableOf('MESSAGE_LOG_TABLE'), required('CONNECTION_TABLE'), systemClock),
  connections: new ShardTable(tableOf('CONNECTION_TABLE'), systemClock),
  queue: new SqsDeliveryQueue(sqsClient(), required('DELIVERY_QUEUE_URL')),
  outbox: new ManagementApi({ endpoint: required('MANAGEMENT_ENDPOINT') }),
  clock: systemClock,
  logger: logLine,
  metrics: new EmbeddedMetrics(required('METRIC_LANE')),
});
