import { SqsDeadLetters } from '../adapters/dead-letters';
import { sqsClient } from '../adapters/delivery-queue';
import { dynamoClient, Table } from '../adapters/table';
import { TaskPosts } from '../adapters/task-posts';
import { TaskTable } from '../adapters/task-table';
import { required } from '../environment';
import { logLine } from '../logger';
import { createHandler } from '../revoke';
import { systemClock } from '../system-clock';

const connections = new TaskTable(new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock), systemClock);
const posts = new TaskPosts({ leases: connections });

export const handler = createHandler({
  connections,
  connectionCloser: posts,
  outbox: posts,
  deadLetters: new SqsDeadLetters(sqsClient(), required('DEAD_LETTER_QUEUE_URL')),
  clock: systemClock,
  logger: logLine,
});
