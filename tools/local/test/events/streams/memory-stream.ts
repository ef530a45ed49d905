import { AwsApiError } from '../../../events/aws-api';
import type { Position, Shard, Stream, StreamRecord } from '../../../events/streams/stream';

/** A record whose sequence number is its name. */
export function recordOf(name: string, eventName = 'INSERT'): StreamRecord {
  return {
    eventID: `id-${name}`,
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: { SequenceNumber: name, ApproximateCreationDateTime: 1767225600, Keys: { pk: { S: name } } },
  };
}

/** A stream in memory. An iterator is `{shard}:{index}`. */
export class MemoryStream implements Stream {
  readonly #shards: (Shard & { records: StreamRecord[]; closed: boolean })[] = [];
  /** Names of the errors that the next calls of `records` throw. */
  readonly failures: string[] = [];
  /** Number of reads. */
  reads = 0;

  constructor(...names: string[]) {
    this.open('shard');
    this.write(...names);
  }

  open(id: string, parentId?: string): void {
    this.#shards.push({ id, ...(parentId && { parentId }), records: [], closed: false });
  }

  close(id: string): void {
    this.#shard(id).closed = true;
  }

  /** Deletes all shards. */
  clear(): void {
    this.#shards.length = 0;
  }

  /** Adds records to the shard that was opened last. */
  write(...names: string[]): void {
    this.#shards.at(-1)?.records.push(...names.map((name) => recordOf(name)));
  }

  async shards(): Promise<readonly Shard[]> {
    return this.#shards.map(({ id, parentId }) => ({ id, ...(parentId && { parentId }) }));
  }

  async iterator(shardId: string, position: Position): Promise<string> {
    const { records } = this.#shard(shardId);
    if (position === 'TRIM_HORIZON') {
      return `${shardId}:0`;
    }
    return position === 'LATEST'
      ? `${shardId}:${records.length}`
      : `${shardId}:${records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === position.after) + 1}`;
  }

  async records(iterator: string): Promise<{ records: readonly StreamRecord[]; next?: string }> {
    this.reads += 1;
    const failure = this.failures.shift();
    if (failure) {
      throw new AwsApiError(failure, 'no');
    }
    const [shardId = '', index] = iterator.split(':');
    const { records, closed } = this.#shard(shardId);
    return { records: records.slice(Number(index)), ...(!closed && { next: `${shardId}:${records.length}` }) };
  }

  #shard(id: string) {
    const shard = this.#shards.find((candidate) => candidate.id === id);
    if (!shard) {
      throw new AwsApiError('ResourceNotFoundException', id);
    }
    return shard;
  }
}
