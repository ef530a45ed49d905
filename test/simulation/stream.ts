import type { Message } from '../../lambda/realtime/protocol';
import type { Faults } from './faults';
import type { Outcome } from './process';
import type { Time } from './time';

/** As the event source mapping is set: lib/websocket-lane/delivery.ts. */
const [BATCH, ATTEMPTS] = [100, 6];

/** @returns the first message that failed: it comes again, with those after it. */
type Dispatch = (messages: Message[]) => Promise<Outcome<Message | undefined>>;

/**
 * The table's stream and its event source mapping: the messages of a topic in order, each at least once. A batch that
 * fails is split; a message that always fails is put aside.
 */
export class Stream {
  /** Messages that were put aside. */
  aside = 0;
  private readonly shards: Message[][];
  private readonly busy = new Set<Message[]>();

  constructor(
    private readonly time: Time,
    private readonly faults: Faults,
    private readonly dispatch: Dispatch,
    shards: number,
  ) {
    this.shards = Array.from({ length: shards }, () => []);
  }

  /** How many have not been dispatched yet. */
  get waiting(): number {
    return this.shards.reduce((sum, shard) => sum + shard.length, 0);
  }

  add(message: Message): void {
    const shard = this.shards[message.topic.length % this.shards.length] as Message[];
    shard.push(message);
    if (!this.busy.has(shard)) {
      this.busy.add(shard);
      void this.consume(shard);
    }
  }

  private async consume(shard: Message[]): Promise<void> {
    let attempt = 1;
    let size = BATCH;
    while (shard.length > 0) {
      // Lambda looks 4 times a second.
      await this.time.wait(250 * this.time.random());
      const batch = shard.slice(0, size);
      const done = await this.dispatchTo(batch);
      if (done === batch.length && this.faults.strikes('the stream brings a batch again')) {
        continue;
      }
      shard.splice(0, done);
      if (done === batch.length) {
        [attempt, size] = [1, BATCH];
      } else if (attempt >= ATTEMPTS && batch.length === 1) {
        this.aside += 1;
        shard.shift();
        [attempt, size] = [1, BATCH];
      } else {
        [attempt, size] = [done > 0 ? 1 : attempt + 1, Math.ceil((batch.length - done) / 2)];
      }
    }
    this.busy.delete(shard);
  }

  private async dispatchTo(batch: Message[]): Promise<number> {
    const outcome = await this.dispatch(batch);
    if (outcome === 'ended' || 'error' in outcome) {
      return 0;
    }
    return outcome.value ? batch.indexOf(outcome.value) : batch.length;
  }
}
