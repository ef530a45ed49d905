import { SqsDeadLetters } from './adapters/dead-letters';
import { sqsClient } from './adapters/delivery-queue';
import { entryFromEnvironment } from './entry-from-environment';
import { required } from './environment';
import { logLine } from './logger';
import { createHandler } from './revoke';
import { systemClock } from './system-clock';

const { connections, posts } = entryFromEnvironment();

export const handler = createHandler({
  connections,
  connectionCloser: posts,
  outbox: posts,
  deadLetters: new SqsDeadLetters(sqsClient(), required('DEAD_LETTER_QUEUE_URL')),
  clock: systemClock,
  logger: logLine,
});
