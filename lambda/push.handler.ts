import { SqsDeliveryQueue, sqsClient } from './adapters/delivery-queue';
import { HintTable } from './adapters/hint-table';
import { dynamoClient, Table } from './adapters/table';
import { entryFromEnvironment } from './entry-from-environment';
import { required } from './environment';
import { logLine } from './logger';
import { createHandler } from './push';
import { systemClock } from './system-clock';

const log = new Table(dynamoClient(), required('MESSAGE_LOG_TABLE'), systemClock);
const { connections, posts } = entryFromEnvironment();

export const handler = createHandler({
  log: new HintTable(log, required('CONNECTION_TABLE'), systemClock),
  connections,
  queue: new SqsDeliveryQueue(sqsClient(), required('DELIVERY_QUEUE_URL')),
  outbox: posts,
  clock: systemClock,
  logger: logLine,
});
