import { SqsDeadLetters } from '../adapters/dead-letters';
import { sqsClient } from '../adapters/delivery-queue';
import { LeaseTable } from '../adapters/lease-table';
import { dynamoClient, Table } from '../adapters/table';
import { TaskPosts } from '../adapters/task-posts';
import { required } from '../environment';
import { logLine } from '../logger';
import { createHandler } from '../revoke';
import { systemClock } from '../system-clock';

const connections = new LeaseTable(new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock), systemClock);
const posts = new TaskPosts({ leases: connections, clock: systemClock });

export const handler = createHandler({
  connections,
  connectionCloser: posts,
  outbox: posts,
  deadLetters: new SqsDeadLetters(sqsClient(), required('DEAD_LETTER_QUEUE_URL')),
  clock: systemClock,
  logger: logLine,
});
