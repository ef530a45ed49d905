import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { StreamRecord } from '../support/memory/dynamodb';
import type { Faults } from './faults';
import { type Outcome, valueOf } from './process';
import type { Time } from './time';

/** Number of open shards of a stream. */
const SHARDS = 2;

/** Milliseconds from a write to its invocation: of the stream at least, and at most of the stream and of 4 polls a second. */
const [LEAST, REST] = [50, 300];

/** Maximum milliseconds by which records are late, and until the reader finds the child of a shard that was closed. */
const [LATE, FOUND] = [10_000, 5000];

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
 * Emulates a table's stream and its event source mapping: the records of a partition in order, each at least once. A shard
 * can be closed and continued by a child. A failed batch is split. A record that always fails is discarded.
 */
export class Stream {
  /** Number of discarded records. */
  discarded = 0;
  /** Open shards, each with its closed ancestors before it, oldest first. */
  private readonly lineages: DynamoDBRecord[][][] = Array.from({ length: SHARDS }, () => [[]]);
  private readonly busy = new Set<DynamoDBRecord[][]>();
  private count = 0;

  constructor(
    private readonly time: Time,
    private readonly faults: Faults,
    private readonly options: StreamOptions,
  ) {}

  /** Number of records that have not been processed. */
  get waiting(): number {
    return this.lineages.flat().reduce((sum, shard) => sum + shard.length, 0);
  }

  /** Adds a record if the filter accepts it. */
  add({ eventName, Keys, NewImage }: StreamRecord): void {
    const [pk, sk] = [Keys.pk, Keys.sk].map((value) => (value && 'S' in value ? value.S : ''));
    if (!this.options.filter.some((prefix) => sk?.startsWith(prefix))) {
      return;
    }
    this.count += 1;
    const lineage = this.lineages[(pk?.length ?? 0) % SHARDS] as DynamoDBRecord[][];
    if (this.faults.strikes('a shard of the stream is replaced')) {
      lineage.push([]);
    }
    lineage.at(-1)?.push({
      eventID: `event-${this.count}`,
      eventName,
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: { Keys, NewImage, SequenceNumber: `${this.count}00`, StreamViewType: 'NEW_IMAGE' },
    } as DynamoDBRecord);
    if (!this.busy.has(lineage)) {
      this.busy.add(lineage);
      void this.consume(lineage);
    }
  }

  /** Processes the records of a shard before those of its child. */
  private async consume(lineage: DynamoDBRecord[][]): Promise<void> {
    for (;;) {
      await this.process(lineage[0] as DynamoDBRecord[]);
      if (lineage.length > 1) {
        lineage.shift();
        await this.time.wait(FOUND * this.time.random());
      } else if (lineage[0]?.length === 0) {
        this.busy.delete(lineage);
        return;
      }
    }
  }

  private async process(shard: DynamoDBRecord[]): Promise<void> {
    const { batch: maximum, attempts } = this.options;
    let attempt = 1;
    let size = maximum;
    while (shard.length > 0) {
      const rest = this.faults.strikes('the stream is late') ? LATE : REST;
      await this.time.wait(LEAST + rest * this.time.random());
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
