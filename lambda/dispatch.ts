import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { messageOf } from './adapters/kept-messages';
import { errorFields, type Logger } from './logger';
import { fanOut } from './realtime/fan-out';
import type { Connections, DeliveryQueue } from './realtime/ports';
import type { Message } from './realtime/protocol';
import { newImageOf, retryFrom } from './stream-record';

export interface DispatchDependencies {
  connections: Pick<Connections, 'shards'>;
  queue: DeliveryQueue;
  logger: Logger;
}

/**
 * Creates the handler of the message log's stream, which enqueues deliveries. The event source passes only new messages. The
 * first record that fails ends the batch. It and all later records are received again, so that a topic's messages are
 * delivered in order.
 */
export function createHandler({ logger, ...to }: DispatchDependencies) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const { messages, unreadable } = readUpToUnreadable(Records, logger);
    try {
      const first = await fanOut([...messages.keys()], to);
      if (first) {
        logger({ event: 'dispatch_failed', reason: 'queue' });
      }
      return retryFrom(first ? messages.get(first) : unreadable);
    } catch (error) {
      logger({ event: 'dispatch_failed', ...errorFields(error) });
      return retryFrom(Records[0]);
    }
  };
}

/** @returns the messages before the first unreadable record, each with its record, and the unreadable record. */
function readUpToUnreadable(
  records: DynamoDBRecord[],
  logger: Logger,
): { messages: Map<Message, DynamoDBRecord>; unreadable?: DynamoDBRecord } {
  const messages = new Map<Message, DynamoDBRecord>();
  for (const record of records) {
    try {
      messages.set(messageOf(newImageOf(record)), record);
    } catch (error) {
      logger({ event: 'dispatch_failed', ...errorFields(error) });
      return { messages, unreadable: record };
    }
  }
  return { messages };
}
