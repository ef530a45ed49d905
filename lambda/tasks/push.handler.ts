import { SqsDeliveryQueue, sqsClient } from '../adapters/delivery-queue';
import { HintTable } from '../adapters/hint-table';
import { LeaseTable } from '../adapters/lease-table';
import { dynamoClient, Table } from '../adapters/table';
import { TaskPosts } from '../adapters/task-posts';
import { EmbeddedMetrics } from '../embedded-metrics';
import { required } from '../environment';
import { logLine } from '../logger';
import { createHandler } from '../push';
import { systemClock } from '../system-clock';

const dynamo = dynamoClient();
const tableOf = (name: 'MESSAGE_LOG_TABLE' | 'CONNECTION_TABLE') => new Table(dynamo, required(name), systemClock);
const connections = new LeaseTable(tableOf('CONNECTION_TABLE'), systemClock);

export const handler = createHandler({
  log: new HintTable(tableOf('MESSAGE_LOG_TABLE'), required('CONNECTION_TABLE'), systemClock),
  connections,
  queue: new SqsDeliveryQueue(sqsClient(), required('DELIVERY_QUEUE_URL')),
  outbox: new TaskPosts({ leases: connections, clock: systemClock }),
  clock: systemClock,
  logger: logLine,
  metrics: new EmbeddedMetrics(required('METRIC_LANE')),
});
