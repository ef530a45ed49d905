import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { revocationOf } from './adapters/admission-table';
import { errorFields, type Logger } from './logger';
import { closeRevoked, type Revoking } from './realtime/revocation';
import { newImageOf, retryFrom } from './stream-record';

/** Dependencies of the revocation, and the log. */
export interface RevokeDependencies extends Omit<Revoking, 'deadline'> {
  logger: Logger;
}

/** Milliseconds reserved before the timeout for the response. */
const RESERVE = 3000;

/**
 * Creates the handler of the admission table's stream, which closes connections. The event source passes only logouts and
 * close requests. Their order does not matter, so one that cannot be performed delays no other. The first record that fails
 * and all later ones are received again.
 */
export function createHandler({ logger, ...revoking }: RevokeDependencies) {
  return async (
    { Records }: DynamoDBStreamEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<DynamoDBBatchResponse> => {
    const deadline = revoking.clock.now() + context.getRemainingTimeInMillis() - RESERVE;
    let closed = 0;
    const failed = new Map<DynamoDBRecord, unknown>();
    await Promise.all(
      Records.map(async (record) => {
        try {
          const count = await closeRevoked(revocationOf(newImageOf(record)), { ...revoking, deadline });
          closed += count;
        } catch (error) {
          failed.set(record, error);
        }
      }),
    );
    const first = Records.find((record) => failed.has(record));
    if (first) {
      logger({ event: 'revoke_failed', failed: failed.size, ...errorFields(failed.get(first)) });
    }
    logger({ event: 'revoked', records: Records.length, closed });
    return retryFrom(first);
  };
}
