import { AwsApiError } from '../aws-api';
import type { Position, Stream, StreamRecord } from './stream';

/** Reads one shard from its position on, through iterators that expire and records that are trimmed. */
export class ShardReader {
  #iterator: string | undefined;
  #ended = false;

  constructor(
    private readonly stream: Stream,
    private readonly shardId: string,
    private position: Position,
  ) {}

  /** The shard is closed and read. */
  get ended(): boolean {
    return this.#ended;
  }

  /** @returns what came since the last call. Throws what the stream throws; the next call goes on at the same place. */
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
      if (error instanceof AwsApiError && error.name === 'TrimmedDataAccessException') {
        this.position = 'TRIM_HORIZON';
      }
      throw error;
    }
  }
}
