import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { messageOf } from './adapters/kept-messages';
import { errorFields, type Logger } from './logger';
import { fanOut } from './realtime/fan-out';
import type { Connections, DeadLetters, DeliveryQueue } from './realtime/ports';
import type { Message } from '../client/protocol';
import { setAside } from './set-aside';
import { newImageOf, retryFrom } from './stream-record';

export interface DispatchDependencies {
  connections: Pick<Connections, 'availableShards'>;
  queue: DeliveryQueue;
  deadLetters: DeadLetters;
  logger: Logger;
}

/**
 * Creates the handler of the message log's stream, which enqueues deliveries. The event source passes only new messages. A
 * record that fails alone goes to the dead-letter queue at once, so that it does not delay the records of other topics and
 * tenants. After a temporary failure, the first record that was not enqueued and all later ones are received again.
 */
export function createHandler({ logger, deadLetters, ...to }: DispatchDependencies) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    try {
      const { messages, unreadable } = read(Records, logger);
      const { retryFrom: first, refused } = await fanOut([...messages.keys()], to);
      if (first) {
        logger({ event: 'dispatch_failed', reason: 'queue' });
      }
      if (refused.length > 0) {
        logger({ event: 'records_refused', records: refused.length });
      }
      const alone = new Set([...unreadable, ...recordsOf(refused, messages)]);
      const [retried] = first ? recordsOf([first], messages) : [];
      const processed = retried ? Records.slice(0, Records.indexOf(retried)) : Records;
      const left = await setAside(
        processed.filter((record) => alone.has(record)),
        { deadLetters, logger, failure: 'dispatch_failed' },
      );
      return retryFrom(left ?? retried);
    } catch (error) {
      logger({ event: 'dispatch_failed', ...errorFields(error) });
      return retryFrom(Records[0]);
    }
  };
}

/** @returns the messages, each with its record, and the records that cannot be parsed. */
function read(
  records: DynamoDBRecord[],
  logger: Logger,
): { messages: Map<Message, DynamoDBRecord>; unreadable: DynamoDBRecord[] } {
  const messages = new Map<Message, DynamoDBRecord>();
  const unreadable: DynamoDBRecord[] = [];
  for (const record of records) {
    try {
      messages.set(messageOf(newImageOf(record)), record);
    } catch (error) {
      logger({ event: 'record_unreadable', ...errorFields(error) });
      unreadable.push(record);
    }
  }
  return { messages, unreadable };
}

function recordsOf(some: readonly Message[], messages: ReadonlyMap<Message, DynamoDBRecord>): DynamoDBRecord[] {
  return some.flatMap((message) => messages.get(message) ?? []);
}
