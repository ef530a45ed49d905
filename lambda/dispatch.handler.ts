import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { type AttributeMap, unmarshall } from './adapters/attribute-values';
import { ConnectionTable } from './adapters/connection-table';
import { SqsDeliveryQueue } from './adapters/delivery-queue';
import { messageOf } from './adapters/message-log';
import { systemClock } from './adapters/system-clock';
import { dynamoClient, type Item, Table } from './adapters/table';
import { required } from './environment';
import { errorFields, logLine } from './logger';
import { fanOut } from './realtime/fan-out';
import type { Message } from './realtime/protocol';

const queue = new SqsDeliveryQueue(required('DELIVERY_QUEUE_URL'));
const connections = new ConnectionTable(
  new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock),
  systemClock,
);

/**
 * The message log's stream → the delivery queue. The event source passes insertions of messages only. The first record
 * that fails ends the batch: it and those after it come again, so that a topic's messages leave in their order.
 */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  for (const record of Records) {
    try {
      await fanOut(inserted(record), { connections, queue });
    } catch (error) {
      logLine({ event: 'dispatch_failed', ...errorFields(error) });
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' }] };
    }
  }
  return { batchItemFailures: [] };
}

function inserted({ dynamodb }: DynamoDBRecord): Message {
  return messageOf(unmarshall((dynamodb?.NewImage ?? {}) as AttributeMap) as Item);
}
