import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { StreamRecord } from '../support/memory/dynamodb';
import type { Faults } from './faults';
import { type Outcome, valueOf } from './process';
import type { Time } from './time';

/** Number of shards of a stream. */
const SHARDS = 2;

export interface StreamOptions {
  /** Maximum number of records in an invocation. */
  readonly batch: number;
  /** Attempts before a record is discarded: the retries of the event source mapping plus one. */
  readonly attempts: number;
  /** Prefixes of the sort keys that the filter of the event source mapping accepts. */
  readonly filter: readonly string[];
  readonly handle: (event: DynamoDBStreamEvent) => Promise<Outcome<DynamoDBBatchResponse>>;
}

/**
 * Emulates a table's stream and its event source mapping: the records of a partition in order, each at least once. A failed
 * batch is split. A record that always fails is discarded.
 */
export class Stream {
  /** Number of discarded records. */
  discarded = 0;
  private readonly shards: DynamoDBRecord[][] = Array.from({ length: SHARDS }, () => []);
  private readonly busy = new Set<DynamoDBRecord[]>();
  private count = 0;

  constructor(
    private readonly time: Time,
    private readonly faults: Faults,
    private readonly options: StreamOptions,
  ) {}

  /** Number of records that have not been processed. */
  get waiting(): number {
    return this.shards.reduce((sum, shard) => sum + shard.length, 0);
  }

  /** Adds a record if the filter accepts it. */
  add({ eventName, Keys, NewImage }: StreamRecord): void {
    const [pk, sk] = [Keys.pk, Keys.sk].map((value) => (value && 'S' in value ? value.S : ''));
    if (!this.options.filter.some((prefix) => sk?.startsWith(prefix))) {
      return;
    }
    this.count += 1;
    const shard = this.shards[(pk?.length ?? 0) % SHARDS] as DynamoDBRecord[];
    shard.push({
      eventID: `event-${this.count}`,
      eventName,
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: { Keys, NewImage, SequenceNumber: `${this.count}00`, StreamViewType: 'NEW_IMAGE' },
    } as DynamoDBRecord);
    if (!this.busy.has(shard)) {
      this.busy.add(shard);
      void this.consume(shard);
    }
  }

  private async consume(shard: DynamoDBRecord[]): Promise<void> {
    const { batch: maximum, attempts } = this.options;
    let attempt = 1;
    let size = maximum;
    while (shard.length > 0) {
      // Lambda polls 4 times a second.
      await this.time.wait(250 * this.time.random());
      const batch = shard.slice(0, size);
      const done = await this.handle(batch);
      if (done === batch.length && this.faults.strikes('the stream delivers a batch again')) {
        continue;
      }
      shard.splice(0, done);
      if (done === batch.length) {
        [attempt, size] = [1, maximum];
      } else if (attempt >= attempts && batch.length === 1) {
        this.discarded += 1;
        shard.shift();
        [attempt, size] = [1, maximum];
      } else {
        [attempt, size] = [done > 0 ? 1 : attempt + 1, Math.ceil((batch.length - done) / 2)];
      }
    }
    this.busy.delete(shard);
  }

  /** @returns the number of processed records: 0 if the function failed or reported an unknown record. */
  private async handle(batch: DynamoDBRecord[]): Promise<number> {
    const response = valueOf(await this.options.handle({ Records: batch }));
    const places = response?.batchItemFailures.map(({ itemIdentifier }) =>
      batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier),
    );
    return places ? Math.max(0, Math.min(batch.length, ...places)) : 0;
  }
}
