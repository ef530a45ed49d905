import { batches } from '../../lambda/realtime/batching';
import type { Delivery, DeliveryQueue } from '../../lambda/realtime/ports';
import type { Faults } from './faults';
import type { Outcome, Process } from './process';
import type { Time } from './time';

/** As the queue is set: lib/websocket-lane/delivery.ts. A batch that failed is hidden for six times the function's 30 s. */
const [BATCH, RECEIVES, VISIBILITY] = [10, 5, 180_000];

export interface Entry {
  body: string;
  receives: number;
}

/** @returns the entries that failed. */
type Deliver = (entries: Entry[]) => Promise<Outcome<Entry[]>>;

/** A standard queue of SQS and its event source mapping: each entry at least once, in any order. */
export class Queue {
  /** Entries that were received too often. */
  dead = 0;
  private ready: Entry[] = [];
  private under = 0;
  private awake = false;

  constructor(
    private readonly time: Time,
    private readonly faults: Faults,
    private readonly deliver: Deliver,
  ) {}

  /** How many are there, hidden or not. */
  get waiting(): number {
    return this.under;
  }

  /** The queue as a process sees it. */
  seenBy(process: Process): DeliveryQueue {
    return {
      enqueue: async (deliveries, delaySeconds = 0) => {
        const sent = [...batches(deliveries, () => 1, { count: BATCH, bytes: Number.POSITIVE_INFINITY })].map((batch) =>
          process.ask(() => this.take(batch, delaySeconds)),
        );
        return (await Promise.all(sent)).flat();
      },
    };
  }

  /** @returns those that it does not say it has taken. */
  private take(batch: Delivery[], delaySeconds: number): Delivery[] {
    const refused = batch.filter(() => this.faults.strikes('the queue refuses some'));
    for (const delivery of batch.filter((each) => !refused.includes(each))) {
      this.under += 1;
      this.show({ body: JSON.stringify(delivery), receives: 0 }, delaySeconds * 1000);
    }
    return this.faults.strikes('the queue took it, and its answer is lost') ? batch : refused;
  }

  private show(entry: Entry, after: number): void {
    this.time.setTimeout(() => {
      const late = this.faults.strikes('the queue delivers out of order') && this.ready.length > 0;
      this.ready.splice(late ? Math.floor(this.time.random() * this.ready.length) : this.ready.length, 0, entry);
      if (!this.awake) {
        this.awake = true;
        this.time.setTimeout(() => this.hand(), 1 + 20 * this.time.random());
      }
    }, after);
  }

  private hand(): void {
    this.awake = false;
    while (this.ready.length > 0) {
      void this.receive(this.ready.splice(0, BATCH));
    }
  }

  private async receive(entries: Entry[]): Promise<void> {
    for (const entry of entries) {
      entry.receives += 1;
    }
    const outcome = await this.deliver(entries);
    const failed = outcome === 'ended' || 'error' in outcome ? entries : outcome.value;
    for (const entry of entries) {
      if (!failed.includes(entry) && !this.faults.strikes('the queue delivers twice')) {
        this.under -= 1;
      } else if (entry.receives >= RECEIVES) {
        this.under -= 1;
        this.dead += 1;
      } else {
        this.show(entry, failed.includes(entry) ? VISIBILITY : 30_000 * this.time.random());
      }
    }
  }
}
