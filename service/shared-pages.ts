import type { Clock, Draft, History, MessageLog } from '../lambda/realtime/ports';
import type { Message, Position } from '../client/protocol';

/** Milliseconds for which a page is used again after it was read. */
const KEPT_FOR = 200;

/**
 * Maximum of the bytes that were read for the pages that are kept. A parsed message takes several times its bytes, and a task
 * has 512 MiB of memory by default. A page is at most 1 MB, so all of them are kept at 80 large pages a second.
 */
const KEPT_BYTES = 16 * 1024 * 1024;

/** Bytes that a page counts in addition to its messages, so that the number of small pages is bounded, too. */
const PAGE_BYTES = 1024;

/** A read that is under way. */
interface Read {
  page: Promise<History>;
  /** Number of reads that began before. */
  number: number;
}

/** A page with messages that was read a moment ago. */
interface Kept {
  page: History;
  /** Time until which the page is used, in milliseconds since 1970. */
  until: number;
}

/**
 * Message log that reads a page once for all who request it at the same time: thousands of clients notice the same gap
 * within a moment. A page with messages is shared, because messages do not change. A page without messages depends on the
 * head at the time of the read, so only requests that came before the read began share it. Otherwise a client whose
 * position is newer than the page would be told that its position never existed.
 *
 * Only the request that begins a read gets the number of bytes that were read, and pays for them. The others get 0.
 */
export class SharedPages implements MessageLog {
  /** Reads that are under way by topic, sequence and limit. Each stays here until it ends, however many there are. */
  private readonly reads = new Map<string, Read>();
  /** Pages by topic, sequence and limit, oldest first. */
  private readonly pages = new Map<string, Kept>();
  private bytes = 0;
  private begun = 0;

  constructor(
    private readonly log: MessageLog,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  prepare(topic: string): void {
    this.log.prepare(topic);
  }

  async append(draft: Draft): Promise<Message | 'conflict'> {
    const message = await this.log.append(draft);
    const ofTopic = (key: string) => key.startsWith(keyOf(draft.topic));
    [...this.reads.keys()].filter(ofTopic).forEach((key) => this.reads.delete(key));
    [...this.pages.keys()].filter(ofTopic).forEach((key) => this.forget(key));
    return message;
  }

  async read(topic: string, after: number, limit: number): Promise<History> {
    const key = keyOf(topic, after, limit);
    const arrival = this.begun;
    for (;;) {
      const kept = this.pages.get(key);
      if (kept && kept.until > this.clock.now()) {
        return { ...kept.page, bytesRead: 0 };
      }
      const shared = this.reads.get(key);
      const read = shared ?? this.begin(key, this.log.read(topic, after, limit));
      const page = await read.page;
      if (page.messages.length > 0 || read.number >= arrival) {
        return shared ? { ...page, bytesRead: 0 } : page;
      }
    }
  }

  positions(topics: string[], options?: { eventual: boolean }): Promise<Record<string, Position>> {
    return this.log.positions(topics, options);
  }

  private begin(key: string, page: Promise<History>): Read {
    const read = { page, number: this.begun };
    this.begun += 1;
    this.reads.set(key, read);
    // The requests that wait for the page continue after this, and handle the failure.
    page.then(
      (found) => this.end(key, read) && found.messages.length > 0 && this.keep(key, found),
      () => this.end(key, read),
    );
    return read;
  }

  /** @returns false if the page is outdated, because a message was published since the read began */
  private end(key: string, read: Read): boolean {
    return this.reads.get(key) === read && this.reads.delete(key);
  }

  private keep(key: string, page: History): void {
    const now = this.clock.now();
    this.forget(key);
    this.pages.set(key, { page, until: now + KEPT_FOR });
    this.bytes += bytesOf(page);
    for (const [oldest, { until }] of this.pages) {
      if (until > now && this.bytes <= KEPT_BYTES) {
        break;
      }
      this.forget(oldest);
    }
  }

  private forget(key: string): void {
    const kept = this.pages.get(key);
    if (kept) {
      this.bytes -= bytesOf(kept.page);
      this.pages.delete(key);
    }
  }
}

const bytesOf = ({ bytesRead }: History) => bytesRead + PAGE_BYTES;

/** A topic contains no space, so the key of a page begins with the key of its topic, and of no other. */
const keyOf = (topic: string, ...page: number[]) => `${topic} ${page.join(' ')}`;
