import type { DynamoDBRecord } from 'aws-lambda';
import { errorFields, type Logger } from './logger';
import type { DeadLetters } from './realtime/ports';

/**
 * Sends records of a stream to the dead-letter queue, as JSON.
 *
 * @param failure event that is logged if the queue does not accept all of them
 * @returns the first that could not be sent
 */
export async function setAside(
  records: readonly DynamoDBRecord[],
  { deadLetters, logger, failure }: { deadLetters: DeadLetters; logger: Logger; failure: string },
): Promise<DynamoDBRecord | undefined> {
  const sent = await Promise.allSettled(records.map((record) => deadLetters.add(JSON.stringify(record))));
  const failed = sent.findIndex(({ status }) => status === 'rejected');
  const outcome = sent[failed];
  if (outcome?.status === 'rejected') {
    logger({ event: failure, reason: 'dead_letter_queue', ...errorFields(outcome.reason) });
  }
  if (records.length > 0) {
    logger({ event: 'records_set_aside', records: sent.filter(({ status }) => status === 'fulfilled').length });
  }
  return records[failed];
}
