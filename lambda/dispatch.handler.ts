import { SqsDeadLetters } from './adapters/dead-letters';
import { SqsDeliveryQueue, sqsClient } from './adapters/delivery-queue';
import { HintTable } from './adapters/hint-table';
import { ShardTable } from './adapters/shard-table';
import { dynamoClient, Table } from './adapters/table';
import { createHandler } from './dispatch';
import { EmbeddedMetrics } from './embedded-metrics';
import { required } from './environment';
import { logLine } from './logger';
import { systemClock } from './system-clock';

const dynamo = dynamoClient();
const tableOf = (name: 'MESSAGE_LOG_TABLE' | 'CONNECTION_TABLE') => new Table(dynamo, required(name), systemClock);
const sqs = sqsClient();

export const handler = createHandler({
  marks: new HintTable(tableOf('MESSAGE_LOG_TABLE'), required('CONNECTION_TABLE'), systemClock),
  connections: new ShardTable(tableOf('CONNECTION_TABLE'), systemClock),
  queue: new SqsDeliveryQueue(sqs, required('DELIVERY_QUEUE_URL')),
  deadLetters: new SqsDeadLetters(sqs, required('DEAD_LETTER_QUEUE_URL')),
  logger: logLine,
  metrics: new EmbeddedMetrics(required('METRIC_LANE')),
});
