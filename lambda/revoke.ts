import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { revocationOf } from './adapters/admission-table';
import { errorFields, type Logger } from './logger';
import { type DeadLetters, Unavailable } from './realtime/ports';
import { closeRevoked, type Revoking } from './realtime/revocation';
import { Places } from './realtime/places';
import { POSTS_AT_ONCE } from './realtime/posting';
import { setAside } from './set-aside';
import { newImageOf, retryFrom } from './stream-record';

/** Dependencies of the revocation, and the log. */
export interface RevokeDependencies extends Omit<Revoking, 'deadline' | 'places'> {
  deadLetters: DeadLetters;
  logger: Logger;
}

/**
 * Milliseconds reserved before the timeout for what has begun. The longest is the removal of a connection: it repeats its
 * transaction for 4 s, and a request that fails takes at most about 6 s, with its retries. 4 s are left to delete up to 200
 * items in 7 rounds, and 1 s for the dead-letter queue. With an even slower table the invocation ends at its timeout, and its
 * records are received again.
 */
const RESERVE = 15_000;

/**
 * Creates the handler of the admission table's stream, which closes connections. The event source passes only logouts and
 * close requests. Their order does not matter, so one that cannot be performed delays no other of its batch. A record that
 * fails permanently goes to the dead-letter queue at once, so that it does not delay later batches. After a temporary
 * failure, the first record that failed and all later ones are received again. The function's timeout must be far longer
 * than {@link RESERVE}.
 */
export function createHandler({ logger, deadLetters, ...revoking }: RevokeDependencies) {
  return async (
    { Records }: DynamoDBStreamEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<DynamoDBBatchResponse> => {
    const deadline = revoking.clock.now() + context.getRemainingTimeInMillis() - RESERVE;
    const places = new Places(POSTS_AT_ONCE);
    let closed = 0;
    const failed = new Map<DynamoDBRecord, unknown>();
    await Promise.all(
      Records.map(async (record) => {
        try {
          const count = await closeRevoked(revocationOf(newImageOf(record)), { ...revoking, places, deadline });
          closed += count;
        } catch (error) {
          failed.set(record, error);
        }
      }),
    );
    const retried = Records.find((record) => failed.get(record) instanceof Unavailable);
    const processed = retried ? Records.slice(0, Records.indexOf(retried)) : Records;
    const refused = processed.filter((record) => failed.has(record));
    const first = refused[0] ?? retried;
    if (first) {
      logger({ event: 'revoke_failed', failed: failed.size, ...errorFields(failed.get(first)) });
    }
    const left = await setAside(refused, { deadLetters, logger, failure: 'revoke_failed' });
    logger({ event: 'revoked', records: Records.length, closed });
    return retryFrom(left ?? retried);
  };
}
