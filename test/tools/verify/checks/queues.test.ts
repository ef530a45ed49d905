import { type Answers, DELIVERY_QUEUE, redriveTo } from '../passing-deployment';
import { itFailsFor } from '../mocked-aws';

const attributes = (Attributes: Record<string, string>): Partial<Answers> => ({
  GetQueueAttributes: () => ({ Attributes }),
});

describe('The checks of the queues', () => {
  itFailsFor('deliveries moves what fails to a dead-letter queue', [
    ['no dead-letter queue', attributes({}), 'no dead-letter queue'],
    ['another queue', attributes({ RedrivePolicy: redriveTo(DELIVERY_QUEUE) }), DELIVERY_QUEUE],
  ]);

  itFailsFor('hints keeps hints for 60 s', [
    ["the service's default", attributes({ MessageRetentionPeriod: '345600' }), '345600 s'],
    ['an answer without it', attributes({}), 'not set'],
  ]);

  itFailsFor('deliver-failures keeps what failed for 14 days', [
    ["the service's default", attributes({ MessageRetentionPeriod: '345600' }), '4 days'],
    ['an answer without it', attributes({}), 'not set'],
  ]);
});
