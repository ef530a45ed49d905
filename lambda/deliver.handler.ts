import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { ConnectionTable } from './adapters/connection-table';
import { SqsDeliveryQueue } from './adapters/delivery-queue';
import { ManagementApi } from './adapters/management-api';
import { systemClock } from './system-clock';
import { dynamoClient, Table } from './adapters/table';
import { required } from './environment';
import { errorFields, logLine } from './logger';
import { deliver, parseDelivery } from './realtime/delivery';
import type { Delivery } from './realtime/ports';

/** Kept for the last posts to end, 3 s, for what is left to go back to the queue, and for the answer: in milliseconds. */
const RESERVE = 8000;

const queue = new SqsDeliveryQueue(required('DELIVERY_QUEUE_URL'));
const outbox = new ManagementApi(required('MANAGEMENT_ENDPOINT'));
const connections = new ConnectionTable(
  new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock),
  systemClock,
);

/**
 * The delivery queue → the connections. A record that failed comes again as a whole. The function's timeout must be well
 * above {@link RESERVE}.
 */
export async function handler(
  { Records }: SQSEvent,
  context: { getRemainingTimeInMillis(): number },
): Promise<SQSBatchResponse> {
  const deadline = systemClock.now() + context.getRemainingTimeInMillis() - RESERVE;
  const unreadable: string[] = [];
  const messageIds = new Map<Delivery, string>();
  for (const { body, messageId } of Records) {
    try {
      messageIds.set(parseDelivery(body), messageId);
    } catch (error) {
      logLine({ event: 'delivery_unreadable', ...errorFields(error) });
      unreadable.push(messageId);
    }
  }
  const { failed, errors, ...counts } = await deliver([...messageIds.keys()], {
    outbox,
    connections,
    queue,
    clock: systemClock,
    deadline,
  });
  if (errors.length > 0) {
    // One cause mostly has many connections: the first error stands for all.
    logLine({ event: 'delivery_failed', errors: errors.length, ...errorFields(errors[0]) });
  }
  const again = [...unreadable, ...failed.flatMap((delivery) => messageIds.get(delivery) ?? [])];
  logLine({ event: 'delivered', deliveries: Records.length, failed: again.length, ...counts });
  return { batchItemFailures: again.map((itemIdentifier) => ({ itemIdentifier })) };
}
