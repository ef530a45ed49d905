import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { hintOf, messageOf } from './adapters/kept-messages';
import { errorFields, type Logger } from './logger';
import { measured } from './measured';
import type { Metrics } from './metrics';
import { fanOut, topicsOf } from './realtime/fan-out';
import type { Connections, DeadLetters, DeliveryQueue, Hint, PushMarks } from './realtime/ports';
import type { Message } from '../client/protocol';
import { setAside } from './set-aside';
import { newImageOf, retryFrom } from './stream-record';

export interface DispatchDependencies {
  marks: PushMarks;
  connections: Pick<Connections, 'availableShards'>;
  queue: DeliveryQueue;
  deadLetters: DeadLetters;
  logger: Logger;
  metrics: Metrics;
}

/** A new message, with its record and the hint that was sent for it. */
interface NewMessage {
  message: Message;
  record: DynamoDBRecord;
  hint?: Hint;
}

/**
 * Creates the handler of the message log's stream, which enqueues deliveries. The event source passes only new messages.
 * Those that were pushed after a hint are skipped. A record that fails alone goes to the dead-letter queue at once, so that
 * it does not delay the records of other topics and tenants. After a temporary failure, the first record that was not
 * enqueued and all later ones are received again.
 */
export function createHandler({ logger, metrics, deadLetters, marks, connections, queue }: DispatchDependencies) {
  return measured(metrics, async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    try {
      const { found, unreadable } = read(Records, logger);
      const messages = (await notPushed(found, marks, logger)).map(({ message }) => message);
      const shards = await connections.availableShards(topicsOf(messages));
      const { left, refused, enqueued } = await fanOut(messages, shards, queue);
      metrics.count('FanOut', enqueued);
      if (left.length > 0) {
        logger({ event: 'dispatch_failed', reason: 'queue' });
      }
      if (refused.length > 0) {
        logger({ event: 'records_refused', records: refused.length });
      }
      const recordsOf = (some: readonly Message[]) =>
        found.filter(({ message }) => some.includes(message)).map(({ record }) => record);
      const alone = new Set([...unreadable, ...recordsOf(refused)]);
      const [retried] = recordsOf(left);
      const processed = retried ? Records.slice(0, Records.indexOf(retried)) : Records;
      const unsent = await setAside(
        processed.filter((record) => alone.has(record)),
        { deadLetters, logger, failure: 'dispatch_failed' },
      );
      return retryFrom(unsent ?? retried);
    } catch (error) {
      logger({ event: 'dispatch_failed', ...errorFields(error) });
      return retryFrom(Records[0]);
    }
  });
}

/** @returns the messages, and the records that cannot be parsed */
function read(
  records: readonly DynamoDBRecord[],
  logger: Logger,
): { found: NewMessage[]; unreadable: DynamoDBRecord[] } {
  const found: NewMessage[] = [];
  const unreadable: DynamoDBRecord[] = [];
  for (const record of records) {
    try {
      const item = newImageOf(record);
      found.push({ message: messageOf(item), record, hint: hintOf(item) });
    } catch (error) {
      logger({ event: 'record_unreadable', ...errorFields(error) });
      unreadable.push(record);
    }
  }
  return { found, unreadable };
}

/** @returns the messages without those whose hint is marked. If the marks cannot be read, all messages: clients drop duplicates */
async function notPushed(found: readonly NewMessage[], marks: PushMarks, logger: Logger): Promise<NewMessage[]> {
  const hints = found.flatMap(({ hint }) => hint ?? []);
  if (hints.length === 0) {
    return [...found];
  }
  try {
    const pushed = new Set(await marks.pushed(hints));
    return found.filter(({ hint }) => !hint || !pushed.has(hint));
  } catch (error) {
    logger({ event: 'marks_unreadable', ...errorFields(error) });
    return [...found];
  }
}
