import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { ConnectionTable } from './adapters/connection-table';
import { ManagementApi } from './adapters/management-api';
import { systemClock } from './adapters/system-clock';
import { dynamoClient, Table } from './adapters/table';
import { required } from './environment';
import { errorFields, logLine } from './logger';
import { deliver } from './realtime/delivery';
import type { Delivery } from './realtime/ports';

/** Kept for the last posts to end, the forgetting of who is gone, and the answer: in milliseconds. */
const RESERVE = 5000;

const outbox = new ManagementApi(required('MANAGEMENT_ENDPOINT'));
const connections = new ConnectionTable(
  new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock),
  systemClock,
);

/**
 * The delivery queue → the connections. A record comes again as a whole if one of its posts did not succeed. The
 * function's timeout must be well above {@link RESERVE}.
 */
export async function handler(
  { Records }: SQSEvent,
  context: { getRemainingTimeInMillis(): number },
): Promise<SQSBatchResponse> {
  const deadline = systemClock.now() + context.getRemainingTimeInMillis() - RESERVE;
  const failed = new Set<string>();
  const messageIds = new Map<Delivery, string>();
  for (const { body, messageId } of Records) {
    try {
      messageIds.set(JSON.parse(body), messageId);
    } catch (error) {
      logLine({ event: 'delivery_unreadable', ...errorFields(error) });
      failed.add(messageId);
    }
  }
  const failures = await deliver([...messageIds.keys()], { outbox, connections, clock: systemClock, deadline });
  for (const { delivery, cause } of failures) {
    if (cause !== 'busy') {
      logLine({ event: 'delivery_failed', ...errorFields(cause) });
    }
    failed.add(messageIds.get(delivery) ?? '');
  }
  logLine({ event: 'delivered', deliveries: Records.length, failed: failed.size });
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}
