import type { EventSourceBlueprint } from '../../blueprint';
import type { Outcome } from '../../functions/outcome';
import { firstBatch } from '../batch';
import { itemFailures } from '../item-failures';
import { backOff, type Wait } from '../../wait';
import { type AfterFailure, afterFailure, type Batch } from './retry';
import type { ShardReader } from './shard-reader';
import type { StreamRecord } from './stream';
import { type StreamEventRecord, sequenceNumberOf, streamEventRecord } from './stream-event';

/** Milliseconds between two polls of an idle shard. "Polling and batching streams": four times per second. */
const POLL_MS = 250;

export interface ShardConsumerOptions {
  readonly mapping: Omit<EventSourceBlueprint, 'source'>;
  readonly streamArn: string;
  readonly passes: (record: StreamEventRecord) => boolean;
  readonly invoke: (event: { readonly Records: readonly StreamEventRecord[] }) => Promise<Outcome>;
  /** Receives each batch that failed every attempt. */
  readonly discard: (batch: Batch<StreamEventRecord>) => Promise<void>;
  /** Called with a record when it and all earlier records are completed. */
  readonly done: (sequenceNumber: string) => void;
  /** Called with each error of reading. */
  readonly onError: (error: unknown) => void;
  readonly wait: Wait;
  readonly now: () => number;
}

/** Invokes the function with the records of a shard, in order, one batch at a time. */
export class ShardConsumer {
  /** Records that were read and not yet delivered. */
  #buffer: StreamEventRecord[] = [];
  /** The last record read, whether it passed the filter or not. */
  #lastRead: string | undefined;

  constructor(
    private readonly reader: ShardReader,
    private readonly options: ShardConsumerOptions,
  ) {}

  /** Resolves when the shard is closed and completely delivered, or when the signal is aborted and no invocation is running. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(this.reader.ended && this.#buffer.length === 0)) {
      await this.#fill(signal);
      const records = firstBatch(this.#buffer, this.options.mapping.batchSize);
      if (signal.aborted) {
        return;
      }
      if (records.length > 0 && !(await this.#give(records, signal))) {
        return;
      }
      this.#buffer = this.#buffer.slice(records.length);
      const done = this.#buffer.length > 0 ? records.at(-1)?.dynamodb.SequenceNumber : this.#lastRead;
      if (done) {
        this.options.done(done);
      }
    }
  }

  /** Reads until a batch is full, or until the batching window is over and there is at least one record. */
  async #fill(signal: AbortSignal): Promise<void> {
    const { batchSize, maximumBatchingWindowSeconds } = this.options.mapping;
    let failures = 0;
    let windowEnd = Number.POSITIVE_INFINITY;
    while (!signal.aborted && !this.reader.ended && this.#buffer.length < batchSize) {
      if (this.#buffer.length > 0) {
        windowEnd = Math.min(windowEnd, this.options.now() + maximumBatchingWindowSeconds * 1000);
        if (this.options.now() >= windowEnd) {
          return;
        }
      }
      try {
        const records = await this.reader.read(signal);
        failures = 0;
        this.#take(records);
        if (records.length > 0 || this.reader.ended) {
          continue;
        }
      } catch (error) {
        if (!signal.aborted) {
          failures += 1;
          this.options.onError(error);
        }
      }
      await this.options.wait(Math.min(failures ? backOff(failures) : POLL_MS, windowEnd - this.options.now()), signal);
    }
  }

  #take(records: readonly StreamRecord[]): void {
    const { streamArn, passes } = this.options;
    this.#buffer.push(...records.map((record) => streamEventRecord(record, streamArn)).filter(passes));
    this.#lastRead = records.at(-1)?.dynamodb.SequenceNumber ?? this.#lastRead;
  }

  /** Invokes the function until each record succeeded or was discarded. @returns false if the signal aborted before */
  async #give(records: readonly StreamEventRecord[], signal: AbortSignal): Promise<boolean> {
    const batches: Batch<StreamEventRecord>[] = [{ records, retries: 0 }];
    let pauses = 0;
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      const next = await this.#attempt(batch);
      if (next === undefined) {
        pauses = 0;
        continue;
      }
      if ('discarded' in next) {
        await this.options.discard(next.discarded);
        pauses = 0;
        continue;
      }
      batches.unshift(...next.again);
      if (next.later) {
        pauses += 1;
        await this.options.wait(backOff(pauses), signal);
      }
      if (signal.aborted) {
        return false;
      }
    }
    return true;
  }

  /** Invokes the function once. @returns the next step if the invocation failed; undefined if it succeeded */
  async #attempt(batch: Batch<StreamEventRecord>): Promise<AfterFailure<StreamEventRecord> | undefined> {
    const { mapping, invoke } = this.options;
    const outcome = await invoke({ Records: batch.records });
    if ('error' in outcome) {
      // A throttled invocation is not an attempt: Lambda tries again until the records expire.
      return outcome.error === 'Throttled' ? { again: [batch], later: true } : afterFailure(batch, 0, mapping);
    }
    if (!mapping.reportBatchItemFailures) {
      return undefined;
    }
    const numbers = batch.records.map(sequenceNumberOf);
    const failed = itemFailures(outcome.payload, numbers);
    if (failed?.length === 0) {
      return undefined;
    }
    return afterFailure(batch, failed ? Math.min(...failed.map((number) => numbers.indexOf(number))) : 0, mapping);
  }
}
