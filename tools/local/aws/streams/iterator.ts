import { Failure } from '../failure';

/** "A shard iterator expires 15 minutes after it is retrieved": API reference of GetShardIterator. */
const EXPIRY_MS = 15 * 60 * 1000;

/** A place among the records of a shard. */
export interface Place {
  /** A sequence number; '' is before all records. */
  readonly number: string;
  /** True if the next record is the one after that number, not the one with that number. */
  readonly after: boolean;
}

/** A position in a stream. */
export interface Position extends Place {
  readonly streamArn: string;
  readonly shardId: string;
}

/** @returns a shard iterator, which is opaque to the caller */
export function iteratorOf(position: Position, now: number): string {
  return Buffer.from(JSON.stringify({ ...position, issuedAt: now })).toString('base64url');
}

export function positionOf(iterator: unknown, now: number): Position {
  const { issuedAt, ...position } = parse(iterator);
  if (issuedAt < now - EXPIRY_MS) {
    throw new Failure(
      'com.amazonaws.dynamodb.v20120810#ExpiredIteratorException',
      'The shard iterator has expired. Shard iterators are only valid for 15 minutes.',
    );
  }
  return position;
}

function parse(iterator: unknown): Position & { readonly issuedAt: number } {
  try {
    const position = JSON.parse(Buffer.from(String(iterator), 'base64url').toString());
    if (typeof position.shardId === 'string') {
      return position;
    }
  } catch {
    // Not an iterator of this service.
  }
  throw new Failure('com.amazon.coral.validate#ValidationException', 'Invalid ShardIterator');
}
