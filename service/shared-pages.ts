import type { Clock, Draft, History, MessageLog } from '../lambda/realtime/ports';
import type { Message, Position } from '../lambda/realtime/protocol';

/** Milliseconds for which a page is used again, from the start of its read. */
const KEPT_FOR = 200;

/** Maximum number of pages that are kept. One takes at most 384 KiB of data. */
const MAX_PAGES = 32;

/** A read of a page. */
interface Read {
  page: Promise<History>;
  /** Number of reads that began before. */
  number: number;
  /** Time until which the page is used, in milliseconds since 1970. */
  until: number;
}

/**
 * Message log that reads a page once for all who request it at the same time: thousands of clients notice the same gap
 * within a moment. A page with messages is shared, because messages do not change. A page without messages depends on the
 * head at the time of the read, so only requests that came before the read began share it. Otherwise a client whose
 * position is newer than the page would be told that its position never existed.
 */
export class SharedPages implements MessageLog {
  /** Reads by topic, sequence and limit, oldest first. */
  private readonly reads = new Map<string, Read>();
  private begun = 0;

  constructor(
    private readonly log: MessageLog,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async append(draft: Draft): Promise<Message | 'conflict'> {
    const message = await this.log.append(draft);
    for (const key of this.reads.keys()) {
      if (key.startsWith(keyOf(draft.topic))) {
        this.reads.delete(key);
      }
    }
    return message;
  }

  async read(topic: string, after: number, limit: number): Promise<History> {
    const key = keyOf(topic, after, limit);
    const arrival = this.begun;
    for (;;) {
      const read = this.current(key) ?? this.begin(key, this.log.read(topic, after, limit));
      const page = await read.page;
      if (page.messages.length > 0 || read.number >= arrival) {
        return page;
      }
      this.forget(key, read);
    }
  }

  positions(topics: string[], options?: { eventual: boolean }): Promise<Record<string, Position>> {
    return this.log.positions(topics, options);
  }

  private current(key: string): Read | undefined {
    const read = this.reads.get(key);
    return read && read.until > this.clock.now() ? read : undefined;
  }

  private begin(key: string, page: Promise<History>): Read {
    const read = { page, number: this.begun, until: this.clock.now() + KEPT_FOR };
    this.begun += 1;
    this.reads.delete(key);
    this.reads.set(key, read);
    const [oldest] = this.reads.keys();
    if (this.reads.size > MAX_PAGES && oldest !== undefined) {
      this.reads.delete(oldest);
    }
    // The requests that wait for the page handle the failure.
    page.catch(() => this.forget(key, read));
    return read;
  }

  private forget(key: string, read: Read): void {
    if (this.reads.get(key) === read) {
      this.reads.delete(key);
    }
  }
}

/** A topic contains no space, so the key of a page begins with the key of its topic, and of no other. */
const keyOf = (topic: string, ...page: number[]) => `${topic} ${page.join(' ')}`;
