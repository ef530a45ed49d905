import { SqsDeadLetters } from '../adapters/dead-letters';
import { SqsDeliveryQueue, sqsClient } from '../adapters/delivery-queue';
import { LeaseTable } from '../adapters/lease-table';
import { dynamoClient, Table } from '../adapters/table';
import { TaskPosts } from '../adapters/task-posts';
import { createHandler } from '../deliver';
import { EmbeddedMetrics } from '../embedded-metrics';
import { required } from '../environment';
import { logLine } from '../logger';
import { systemClock } from '../system-clock';

const connections = new LeaseTable(new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock), systemClock);
const sqs = sqsClient();

export const handler = createHandler({
  connections,
  queue: new SqsDeliveryQueue(sqs, required('DELIVERY_QUEUE_URL')),
  deadLetters: new SqsDeadLetters(sqs, required('DEAD_LETTER_QUEUE_URL')),
  outbox: new TaskPosts({ leases: connections, clock: systemClock }),
  clock: systemClock,
  logger: logLine,
  metrics: new EmbeddedMetrics(required('METRIC_LANE')),
});
