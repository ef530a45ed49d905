import { backOff } from '../../wait';
import type { Batch } from './retry';
import { ShardConsumer, type ShardConsumerOptions } from './shard-consumer';
import { ShardReader } from './shard-reader';
import type { Position, Shard, Stream } from './stream';
import type { StreamEventRecord } from './stream-event';

export interface StreamMappingOptions extends Omit<ShardConsumerOptions, 'discard' | 'done'> {
  readonly stream: Stream;
  readonly discard: (batch: Batch<StreamEventRecord>, shardId: string) => Promise<void>;
  readonly done: (sequenceNumber: string, shardId: string) => void;
  /** By shard: the last record that an earlier process completed. */
  readonly checkpoints: Readonly<Record<string, string>>;
}

/** An event source mapping of a stream. Shards are processed concurrently, but a child shard only after its parent. */
export class StreamMapping {
  readonly #stopping = new AbortController();
  readonly #shards = new Map<string, 'running' | 'done'>();
  readonly #running = new Set<Promise<void>>();
  /** The shards at the start. */
  #first: readonly Shard[] | undefined;

  constructor(private readonly options: StreamMappingOptions) {
    this.#track(this.#discover());
  }

  /** Stops delivering. Resolves when the running invocations have finished. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    while (this.#running.size > 0) {
      await Promise.all(this.#running);
    }
  }

  /** Starts the shards whose parents are completely read. */
  async #discover(): Promise<void> {
    const { signal } = this.#stopping;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        const shards = await this.options.stream.shards(signal);
        this.#first ??= shards;
        const open = shards.filter(({ id, parentId }) => !this.#shards.has(id) && !this.#isWaitedFor(parentId, shards));
        for (const { id } of open) {
          this.#track(this.#consume(id));
        }
        return;
      } catch (error) {
        if (!signal.aborted) {
          this.options.onError(error);
          await this.options.wait(backOff(attempt), signal);
        }
      }
    }
  }

  #isWaitedFor(parentId: string | undefined, shards: readonly Shard[]): boolean {
    return shards.some(({ id }) => id === parentId) && this.#shards.get(parentId ?? '') !== 'done';
  }

  async #consume(shardId: string): Promise<void> {
    const { stream, discard, done, ...options } = this.options;
    this.#shards.set(shardId, 'running');
    await new ShardConsumer(new ShardReader(stream, shardId, this.#position(shardId)), {
      ...options,
      discard: (batch) => discard(batch, shardId),
      done: (sequenceNumber) => done(sequenceNumber, shardId),
    }).run(this.#stopping.signal);
    this.#shards.set(shardId, 'done');
    if (!this.#stopping.signal.aborted) {
      this.#track(this.#discover());
    }
  }

  /**
   * After the checkpoint, if there is one. Otherwise at the first record that is kept, except that the shards at the first start
   * of a mapping, when it has no checkpoint at all, begin at its starting position.
   */
  #position(shardId: string): Position {
    const { checkpoints, mapping } = this.options;
    const after = checkpoints[shardId];
    if (after) {
      return { after };
    }
    const isFirst = Object.keys(checkpoints).length === 0 && this.#first?.some(({ id }) => id === shardId);
    return isFirst ? mapping.startingPosition : 'TRIM_HORIZON';
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }
}
