import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
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
 * close requests. The first record that fails ends the batch. It and all later records are received again.
 */
export function createHandler({ logger, ...revoking }: RevokeDependencies) {
  return async (
    { Records }: DynamoDBStreamEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<DynamoDBBatchResponse> => {
    const deadline = revoking.clock.now() + context.getRemainingTimeInMillis() - RESERVE;
    let closed = 0;
    for (const record of Records) {
      try {
        closed += await closeRevoked(revocationOf(newImageOf(record)), { ...revoking, deadline });
      } catch (error) {
        logger({ event: 'revoke_failed', ...errorFields(error) });
        return retryFrom(record);
      }
    }
    logger({ event: 'revoked', records: Records.length, closed });
    return retryFrom(undefined);
  };
}
