import type { Clock } from '../realtime/ports';
import type { Item } from './table';

/** Milliseconds for which a head is used: the time that the rate limit of a publisher takes, with reserve. */
const USED_FOR = 100;

/** Maximum number of topics whose heads are kept. */
const MOST_TOPICS = 1000;

/**
 * Heads that are read while the rate limit of a publisher is checked, each for one group. If a head has changed meanwhile,
 * the condition of the group fails, and its next attempt reads the head again.
 */
export class PreparedHeads {
  /** Oldest first. */
  private readonly heads = new Map<string, { head: Promise<Item | undefined>; until: number }>();

  constructor(
    private readonly read: (topic: string) => Promise<Item | undefined>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Reads a head, unless it is kept: however many publishers are refused, a topic is read at most 10 times a second. */
  prepare(topic: string): void {
    if (!this.kept(topic)) {
      const head = this.read(topic);
      // The append handles the failure.
      head.catch(() => undefined);
      this.heads.delete(topic);
      this.heads.set(topic, { head, until: this.clock.now() + USED_FOR });
      const [oldest = topic] = this.heads.keys();
      if (this.heads.size > MOST_TOPICS) {
        this.heads.delete(oldest);
      }
    }
  }

  /** @returns the prepared head, or reads it */
  take(topic: string): Promise<Item | undefined> {
    const head = this.kept(topic) ?? this.read(topic);
    this.heads.delete(topic);
    return head;
  }

  private kept(topic: string): Promise<Item | undefined> | undefined {
    const kept = this.heads.get(topic);
    return kept && kept.until > this.clock.now() ? kept.head : undefined;
  }
}
