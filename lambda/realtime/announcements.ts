/** Milliseconds for which an announced draft is expected: as long as the rate limit of a publisher usually takes, with reserve. */
const EXPECTED_FOR = 10;

/** Drafts that were announced and have not arrived, by topic. An announcement whose publish is refused expires. */
export class Announcements {
  /** Times at which they expire, in milliseconds since 1970, oldest first. Topics are in the order of their last announcement. */
  private readonly topics = new Map<string, number[]>();

  /** @param now - returns milliseconds since 1970 */
  constructor(private readonly now: () => number) {}

  announce(topic: string): void {
    const pending = [...this.pending(topic), this.now() + EXPECTED_FOR];
    this.topics.delete(topic);
    this.topics.set(topic, pending);
    this.forget();
  }

  /** Counts an arrived draft against the oldest announcement of its topic. */
  arrived(topic: string): void {
    const [, ...pending] = this.pending(topic);
    if (pending.length > 0) {
      this.topics.set(topic, pending);
    } else {
      this.topics.delete(topic);
    }
  }

  /** @returns milliseconds until all drafts that are announced now have arrived or are no longer expected. 0 if there are none */
  expectedFor(topic: string): number {
    return Math.max(0, (this.pending(topic).at(-1) ?? 0) - this.now());
  }

  private pending(topic: string): number[] {
    const now = this.now();
    return (this.topics.get(topic) ?? []).filter((until) => until > now);
  }

  /** Removes topics whose announcements have all expired. */
  private forget(): void {
    for (const topic of this.topics.keys()) {
      if (this.expectedFor(topic) > 0) {
        return;
      }
      this.topics.delete(topic);
    }
  }
}
