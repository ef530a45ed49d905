/** Write units per millisecond of a topic's partition: 1,000 a second. */
const UNITS_PER_MILLISECOND = 1;

/** Write units that can be used at once: half of those of a second. The other half is for other processes. */
const BURST = 500;

/** A transaction writes each item twice. An item has a unit for each KiB. */
const [WRITES, UNIT_BYTES] = [2, 1024];

/** Bytes of a message's item without its data, and of a head: keys, names and other attributes, with reserve for long names. */
const ITEM_BYTES = 400;

/**
 * Paces the commits of each topic at the write units of its partition. A transaction with more than the partition has left is
 * cancelled, and uses up what was left.
 */
export class Pace {
  /** Times at which the used units are available again, in milliseconds since 1970, by topic. */
  private readonly refilledAt = new Map<string, number>();

  /** @param now - returns milliseconds since 1970 */
  constructor(private readonly now: () => number) {}

  /** @returns milliseconds until the next commit of a topic can begin */
  waitFor(topic: string): number {
    return Math.max(0, (this.refilledAt.get(topic) ?? 0) - BURST / UNITS_PER_MILLISECOND - this.now());
  }

  /** Counts a commit. @param dataBytes - bytes of the data of each message */
  committed(topic: string, dataBytes: readonly number[]): void {
    const units = dataBytes.reduce((sum, bytes) => sum + Math.ceil((bytes + ITEM_BYTES) / UNIT_BYTES), 1) * WRITES;
    const begin = Math.max(this.now(), this.refilledAt.get(topic) ?? 0);
    this.refilledAt.delete(topic);
    this.refilledAt.set(topic, begin + units / UNITS_PER_MILLISECOND);
    this.forget();
  }

  /** Removes the topics that committed longest ago, while all their units are available again. */
  private forget(): void {
    for (const [topic, at] of this.refilledAt) {
      if (at > this.now()) {
        return;
      }
      this.refilledAt.delete(topic);
    }
  }
}
