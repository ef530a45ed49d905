import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { type AttributeMap, unmarshall } from './aws/attribute-values';
import { SqsDeliveryQueue } from './adapters/delivery-queue';
import { messageOf } from './adapters/message-log';
import { SubscriptionTable } from './adapters/subscription-table';
import { systemClock } from './system-clock';
import { dynamoClient, type Item, Table } from './adapters/table';
import { required } from './environment';
import { errorFields, logLine } from './logger';
import { fanOut } from './realtime/fan-out';
import type { Message } from './realtime/protocol';

const queue = new SqsDeliveryQueue(required('DELIVERY_QUEUE_URL'));
const connections = new SubscriptionTable(
  new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock),
  systemClock,
);

/**
 * The message log's stream → the delivery queue. The event source passes insertions of messages only. The first record
 * that fails ends the batch: it and those after it come again, so that a topic's messages leave in their order.
 */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const { messages, unreadable } = readUpToUnreadable(Records);
  let failed = unreadable;
  try {
    const first = await fanOut([...messages.keys()], { connections, queue });
    if (first) {
      logLine({ event: 'dispatch_failed', reason: 'queue' });
      failed = messages.get(first);
    }
  } catch (error) {
    logLine({ event: 'dispatch_failed', ...errorFields(error) });
    failed = Records[0];
  }
  return { batchItemFailures: failed ? [{ itemIdentifier: failed.dynamodb?.SequenceNumber ?? '' }] : [] };
}

/** @returns the messages before the first record that holds none, each with its record; and that one. */
function readUpToUnreadable(records: DynamoDBRecord[]): {
  messages: Map<Message, DynamoDBRecord>;
  unreadable?: DynamoDBRecord;
} {
  const messages = new Map<Message, DynamoDBRecord>();
  for (const record of records) {
    try {
      messages.set(inserted(record), record);
    } catch (error) {
      logLine({ event: 'dispatch_failed', ...errorFields(error) });
      return { messages, unreadable: record };
    }
  }
  return { messages };
}

function inserted({ dynamodb }: DynamoDBRecord): Message {
  return messageOf(unmarshall((dynamodb?.NewImage ?? {}) as AttributeMap) as Item);
}
