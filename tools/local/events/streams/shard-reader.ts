import { AwsApiError } from '../aws-api';
import type { Position, Stream, StreamRecord } from './stream';

/** Reads one shard from a position on, and handles expired iterators, trimmed records and deleted shards. */
export class ShardReader {
  #iterator: string | undefined;
  #ended = false;

  constructor(
    private readonly stream: Stream,
    private readonly shardId: string,
    private position: Position,
  ) {}

  /** True if the shard is closed and completely read, or does not exist any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** @returns the records since the last call. Throws the errors of the stream; the next call continues at the same position */
  async read(signal: AbortSignal): Promise<readonly StreamRecord[]> {
    try {
      this.#iterator ??= await this.stream.iterator(this.shardId, this.position, signal);
      const { records, next } = await this.stream.records(this.#iterator, signal);
      const last = records.at(-1);
      this.position = last ? { after: last.dynamodb.SequenceNumber } : this.position;
      this.#iterator = next;
      this.#ended = next === undefined;
      return records;
    } catch (error) {
      this.#iterator = undefined;
      const name = error instanceof AwsApiError && error.name;
      if (name === 'ResourceNotFoundException') {
        this.#ended = true;
        return [];
      }
      if (name === 'TrimmedDataAccessException') {
        this.position = 'TRIM_HORIZON';
        return [];
      }
      throw error;
    }
  }
}
