import { SqsDeadLetters } from './adapters/dead-letters';
import { SqsDeliveryQueue, sqsClient } from './adapters/delivery-queue';
import { ManagementApi } from './adapters/management-api';
import { ShardTable } from './adapters/shard-table';
import { dynamoClient, Table } from './adapters/table';
import { createHandler } from './deliver';
import { EmbeddedMetrics } from './embedded-metrics';
import { required } from './environment';
import { logLine } from './logger';
import { systemClock } from './system-clock';

const table = new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock);
const sqs = sqsClient();

export const handler = createHandler({
  connections: new ShardTable(table, systemClock),
  queue: new SqsDeliveryQueue(sqs, required('DELIVERY_QUEUE_URL')),
  deadLetters: new SqsDeadLetters(sqs, required('DEAD_LETTER_QUEUE_URL')),
  outbox: new ManagementApi({ endpoint: required('MANAGEMENT_ENDPOINT') }),
  clock: systemClock,
  logger: logLine,
  metrics: new EmbeddedMetrics(required('METRIC_LANE')),
});
