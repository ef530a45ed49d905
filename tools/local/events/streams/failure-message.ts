import type { Batch } from './retry';
import { type StreamEventRecord, sequenceNumberOf } from './stream-event';

/** @returns the message for the on-failure destination, as in the Developer Guide: the position of the records, not the records */
export function failureMessage({
  batch: { records, retries },
  shardId,
  streamArn,
  functionArn,
  requestId,
  now,
}: {
  readonly batch: Batch<StreamEventRecord>;
  readonly shardId: string;
  readonly streamArn: string;
  readonly functionArn: string;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}): object {
  const [first, last] = [records[0], records.at(-1)];
  return {
    requestContext: {
      requestId,
      functionArn,
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: retries + 1,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first && sequenceNumberOf(first),
      endSequenceNumber: last && sequenceNumberOf(last),
      approximateArrivalOfFirstRecord: first && arrivalOf(first),
      approximateArrivalOfLastRecord: last && arrivalOf(last),
      batchSize: records.length,
      streamArn,
    },
  };
}

/** `2019-11-14T00:13:19Z` */
function arrivalOf({ dynamodb }: StreamEventRecord): string {
  return new Date(dynamodb.ApproximateCreationDateTime * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
