import type { AwsApi } from '../aws-api';

/** A record in the form of GetRecords. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventVersion: string;
  readonly eventSource: string;
  readonly awsRegion: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    /** Seconds since 1970. */
    readonly ApproximateCreationDateTime: number;
    readonly [member: string]: unknown;
  };
  readonly userIdentity?: { readonly Type: string; readonly PrincipalId: string };
}

export interface Shard {
  readonly id: string;
  readonly parentId?: string;
}

/** Start position of a reader: one end of the shard, or after a record. */
export type Position = 'TRIM_HORIZON' | 'LATEST' | { readonly after: string };

/** The operations of a stream that a mapping uses. */
export interface Stream {
  shards(signal: AbortSignal): Promise<readonly Shard[]>;
  /** @returns an iterator, which is a position in the shard */
  iterator(shardId: string, position: Position, signal: AbortSignal): Promise<string>;
  /** @returns the available records, and the iterator after them; without an iterator if the shard is closed and completely read */
  records(iterator: string, signal: AbortSignal): Promise<{ records: readonly StreamRecord[]; next?: string }>;
}

/** Maximum number of records in one call: the limit of GetRecords. */
const MAXIMUM_RECORDS = 1000;

export function dynamoStream(api: AwsApi, StreamArn: string): Stream {
  return {
    async shards(signal) {
      const found: Shard[] = [];
      let from: string | undefined;
      do {
        const { StreamDescription } = (await api(
          'streams',
          'DescribeStream',
          { StreamArn, ...(from && { ExclusiveStartShardId: from }) },
          signal,
        )) as {
          StreamDescription: {
            Shards: { ShardId: string; ParentShardId?: string }[];
            LastEvaluatedShardId?: string;
          };
        };
        found.push(...StreamDescription.Shards.map(({ ShardId: id, ParentShardId: parentId }) => ({ id, parentId })));
        from = StreamDescription.LastEvaluatedShardId;
      } while (from);
      return found;
    },
    async iterator(ShardId, position, signal) {
      const place =
        typeof position === 'string'
          ? { ShardIteratorType: position }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: position.after };
      const answer = await api('streams', 'GetShardIterator', { StreamArn, ShardId, ...place }, signal);
      return (answer as { ShardIterator: string }).ShardIterator;
    },
    async records(ShardIterator, signal) {
      const { Records, NextShardIterator } = (await api(
        'streams',
        'GetRecords',
        { ShardIterator, Limit: MAXIMUM_RECORDS },
        signal,
      )) as { Records: StreamRecord[]; NextShardIterator?: string | null };
      return { records: Records, ...(NextShardIterator && { next: NextShardIterator }) };
    },
  };
}
