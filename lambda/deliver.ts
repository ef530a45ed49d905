import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { errorFields, type Logger } from './logger';
import { deliver, type Delivering, parseDelivery } from './realtime/delivery';
import type { Delivery } from './realtime/ports';

/** Dependencies of the delivery, and the log. */
export interface DeliverDependencies extends Omit<Delivering, 'deadline'> {
  logger: Logger;
}

/** Milliseconds reserved before the timeout: 3 s for the last posts to complete, and the rest for requeueing and the response. */
const RESERVE = 8000;

/**
 * Creates the handler of the delivery queue, which posts to connections. A failed record is received again unchanged. The
 * function's timeout must be far longer than {@link RESERVE}.
 */
export function createHandler({ logger, ...delivering }: DeliverDependencies) {
  return async (
    { Records }: SQSEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<SQSBatchResponse> => {
    const deadline = delivering.clock.now() + context.getRemainingTimeInMillis() - RESERVE;
    const unreadable: string[] = [];
    const messageIds = new Map<Delivery, string>();
    for (const { body, messageId } of Records) {
      try {
        messageIds.set(parseDelivery(body), messageId);
      } catch (error) {
        logger({ event: 'delivery_unreadable', ...errorFields(error) });
        unreadable.push(messageId);
      }
    }
    const { failed, errors, ...counts } = await deliver([...messageIds.keys()], { ...delivering, deadline });
    if (errors.length > 0) {
      // One cause usually affects many connections, so only the first error is logged.
      logger({ event: 'delivery_failed', errors: errors.length, ...errorFields(errors[0]) });
    }
    const again = [...unreadable, ...failed.flatMap((delivery) => messageIds.get(delivery) ?? [])];
    logger({ event: 'delivered', deliveries: Records.length, failed: again.length, ...counts });
    return { batchItemFailures: again.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
