import { SqsDeadLetters } from './adapters/dead-letters';
import { SqsDeliveryQueue, sqsClient } from './adapters/delivery-queue';
import { createHandler } from './deliver';
import { entryFromEnvironment } from './entry-from-environment';
import { required } from './environment';
import { logLine } from './logger';
import { systemClock } from './system-clock';

const { connections, posts } = entryFromEnvironment();
const sqs = sqsClient();

export const handler = createHandler({
  connections,
  queue: new SqsDeliveryQueue(sqs, required('DELIVERY_QUEUE_URL')),
  deadLetters: new SqsDeadLetters(sqs, required('DEAD_LETTER_QUEUE_URL')),
  outbox: posts,
  clock: systemClock,
  logger: logLine,
});
