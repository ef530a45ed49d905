import { SqsDeadLetters } from './adapters/dead-letters';
import { SqsDeliveryQueue, sqsClient } from './adapters/delivery-queue';
import { HintTable } from './adapters/hint-table';
import { ShardTable } from './adapters/shard-table';
import { dynamoClient, Table } from './adapters/table';
import { createHandler } from './dispatch';
import { required } from './environment';
import { logLine } from './logger';
import { systemClock } from './system-clock';

const dynamo = dynamoClient();
const sqs = sqsClient();

export const handler = createHandler({
  marks: new HintTable(new Table(dynamo, required('MESSAGE_LOG_TABLE'), systemClock), systemClock),
  connections: new ShardTable(new Table(dynamo, required('CONNECTION_TABLE'), systemClock), systemClock),
  queue: new SqsDeliveryQueue(sqs, required('DELIVERY_QUEUE_URL')),
  deadLetters: new SqsDeadLetters(sqs, required('DEAD_LETTER_QUEUE_URL')),
  logger: logLine,
});
