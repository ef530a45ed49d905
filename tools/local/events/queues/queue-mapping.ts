import type { EventSourceBlueprint } from '../../blueprint';
import type { Outcome } from '../../functions/outcome';
import { firstBatch } from '../batch';
import { itemFailures } from '../item-failures';
import { backOff, type Wait } from '../../wait';
import type { Message, Queue } from './queue';
import type { QueueEventRecord } from './queue-event';

/** Limits of one call to SQS: messages, and seconds of long polling. */
const LIMIT = { messages: 10, waitSeconds: 20 };

export interface QueueMappingOptions {
  readonly mapping: Omit<EventSourceBlueprint, 'source'>;
  readonly queue: Queue;
  readonly fifo: boolean;
  /** Maximum number of concurrent invocations. */
  readonly concurrency: number;
  readonly recordOf: (message: Message) => QueueEventRecord;
  readonly passes: (record: QueueEventRecord) => boolean;
  readonly invoke: (event: { readonly Records: readonly QueueEventRecord[] }) => Promise<Outcome>;
  /** Called with each error of a call to the queue. */
  readonly onError: (error: unknown) => void;
  readonly wait: Wait;
  readonly now: () => number;
}

/**
 * An event source mapping of a queue. Messages that the function processed are deleted. Others are received again after the
 * queue's visibility timeout, until the queue's redrive policy moves them.
 */
export class QueueMapping {
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #polling: Promise<void>;

  constructor(private readonly options: QueueMappingOptions) {
    this.#polling = this.#poll();
  }

  /** Stops receiving. Resolves when the running invocations have finished. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
    await Promise.all(this.#running);
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      try {
        this.#dispatch(await this.#collect(signal));
        failures = 0;
      } catch (error) {
        if (!signal.aborted) {
          failures += 1;
          this.options.onError(error);
          await this.options.wait(backOff(failures), signal);
        }
      }
      while (this.#running.size >= this.options.concurrency) {
        await Promise.race(this.#running);
      }
    }
  }

  /** @returns messages that pass the filter, enough for the free invocations. Other messages are deleted */
  async #collect(signal: AbortSignal): Promise<QueueEventRecord[]> {
    const { mapping, concurrency, fifo, now } = this.options;
    const windowed = mapping.maximumBatchingWindowSeconds > 0;
    // One batch if there is a batching window or if the order matters.
    const batches = windowed || fifo ? 1 : concurrency - this.#running.size;
    const wanted = windowed ? mapping.batchSize : Math.min(LIMIT.messages, mapping.batchSize * batches);
    const collected = await this.#receive(wanted, LIMIT.waitSeconds, signal);
    const end = now() + mapping.maximumBatchingWindowSeconds * 1000;
    while (windowed && collected.length > 0 && collected.length < wanted && now() < end && !signal.aborted) {
      const seconds = Math.min(LIMIT.waitSeconds, Math.ceil((end - now()) / 1000));
      collected.push(...(await this.#receive(wanted - collected.length, seconds, signal)));
    }
    return collected;
  }

  async #receive(count: number, waitSeconds: number, signal: AbortSignal): Promise<QueueEventRecord[]> {
    const { queue, recordOf, passes } = this.options;
    const messages = await queue.receive(Math.min(LIMIT.messages, count), waitSeconds, signal);
    const records = messages.map(recordOf);
    await this.#delete(records.filter((record) => !passes(record)));
    return records.filter(passes);
  }

  #dispatch(records: readonly QueueEventRecord[]): void {
    for (let rest = records; rest.length > 0;) {
      const batch = firstBatch(rest, this.options.mapping.batchSize);
      rest = rest.slice(batch.length);
      const invocation = this.#give(batch).finally(() => this.#running.delete(invocation));
      this.#running.add(invocation);
    }
  }

  async #give(records: readonly QueueEventRecord[]): Promise<void> {
    const outcome = await this.options.invoke({ Records: records });
    await this.#delete(this.#succeeded(records, outcome));
  }

  #succeeded(records: readonly QueueEventRecord[], outcome: Outcome): readonly QueueEventRecord[] {
    if ('error' in outcome) {
      return [];
    }
    if (!this.options.mapping.reportBatchItemFailures) {
      return records;
    }
    const ids = records.map(({ messageId }) => messageId);
    const failed = itemFailures(outcome.payload, ids);
    return failed ? records.filter(({ messageId }) => !failed.includes(messageId)) : [];
  }

  /** Deletes messages. A message that cannot be deleted is received again. */
  async #delete(records: readonly QueueEventRecord[]): Promise<void> {
    try {
      for (let start = 0; start < records.length; start += LIMIT.messages) {
        const handles = records.slice(start, start + LIMIT.messages).map(({ receiptHandle }) => receiptHandle);
        // A signal of its own, which is never aborted: each pending request listens to its signal.
        await this.options.queue.delete(handles, new AbortController().signal);
      }
    } catch (error) {
      this.options.onError(error);
    }
  }
}
