import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { errorFields, type Logger } from './logger';
import { measured } from './measured';
import type { Metrics } from './metrics';
import { countPosts } from './post-metrics';
import { deliver, type Delivering, parseDelivery } from './realtime/delivery';
import type { DeadLetters, Delivery } from './realtime/ports';

/** Dependencies of the delivery, the log, and the metrics. */
export interface DeliverDependencies extends Omit<Delivering, 'deadline'> {
  deadLetters: DeadLetters;
  logger: Logger;
  metrics: Metrics;
}

/** Milliseconds reserved before the timeout: 3 s for the last posts to complete, and the rest for requeueing and the response. */
const RESERVE = 8000;

/**
 * Creates the handler of the delivery queue, which posts to connections. A record that cannot succeed goes to the
 * dead-letter queue at once. A failed record is received again unchanged. The function's timeout must be far longer than
 * {@link RESERVE}.
 */
export function createHandler({ logger, metrics, deadLetters, ...delivering }: DeliverDependencies) {
  const handle = async (
    { Records }: SQSEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<SQSBatchResponse> => {
    const deadline = delivering.clock.now() + context.getRemainingTimeInMillis() - RESERVE;
    const { records, unreadable } = read(Records, logger);
    const { failed, dead, errors, ...counts } = await deliver([...records.keys()], { ...delivering, deadline });
    countPosts(metrics, counts);
    if (errors.length > 0) {
      // One cause usually affects many connections, so only the first error is logged.
      logger({ event: 'delivery_failed', errors: errors.length, ...errorFields(errors[0]) });
    }
    const recordsOf = (some: readonly Delivery[]) => some.flatMap((delivery) => records.get(delivery) ?? []);
    const left = await setAside([...unreadable, ...recordsOf(dead)], deadLetters, logger);
    const again = new Set([...recordsOf(failed), ...left].map(({ messageId }) => messageId));
    const { posts, left: requeued } = counts;
    logger({ event: 'delivered', deliveries: Records.length, failed: again.size, posts, left: requeued });
    return { batchItemFailures: [...again].map((itemIdentifier) => ({ itemIdentifier })) };
  };
  return measured(metrics, handle);
}

/** @returns the deliveries, each with its record, and the records that cannot be parsed. */
function read(
  records: readonly SQSRecord[],
  logger: Logger,
): { records: Map<Delivery, SQSRecord>; unreadable: SQSRecord[] } {
  const deliveries = new Map<Delivery, SQSRecord>();
  const unreadable: SQSRecord[] = [];
  for (const record of records) {
    try {
      deliveries.set(parseDelivery(record.body), record);
    } catch (error) {
      logger({ event: 'delivery_unreadable', ...errorFields(error) });
      unreadable.push(record);
    }
  }
  return { records: deliveries, unreadable };
}

/** Sends records to the dead-letter queue. @returns those that could not be sent */
async function setAside(records: readonly SQSRecord[], deadLetters: DeadLetters, logger: Logger): Promise<SQSRecord[]> {
  const sent = await Promise.allSettled(records.map(({ body }) => deadLetters.add(body)));
  const left = records.filter((_, index) => sent[index]?.status === 'rejected');
  if (records.length > 0) {
    logger({ event: 'deliveries_set_aside', deliveries: records.length - left.length, failed: left.length });
  }
  return left;
}
