import type { Clock, Draft, History, MessageLog } from './ports';
import type { Message, Position } from '../../client/protocol';

/** Milliseconds for which a head is used again. */
const KEPT_FOR = 1000;

/** Maximum number of topics whose heads are kept. */
const MAX_TOPICS = 10_000;

/** A read of the heads of some topics. */
interface Read {
  heads: Promise<Record<string, Position>>;
  /** Time until which the heads are used, in milliseconds since 1970. */
  until: number;
}

/**
 * Message log that reads the eventually consistent head of a topic once a second, however many callers ask for it: a ping
 * names up to 100 topics, and the heads of one topic come from one partition, which serves 3,000 read units a second
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html).
 */
export class RecentHeads implements MessageLog {
  /** The last read of each topic, oldest first. */
  private readonly reads = new Map<string, Read>();

  constructor(
    private readonly log: MessageLog,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  prepare(topic: string): void {
    this.log.prepare(topic);
  }

  async append(draft: Draft): Promise<Message | 'conflict'> {
    const message = await this.log.append(draft);
    this.reads.delete(draft.topic);
    return message;
  }

  read(topic: string, after: number, limit: number): Promise<History> {
    return this.log.read(topic, after, limit);
  }

  async positions(topics: string[], options?: { eventual: boolean }): Promise<Record<string, Position>> {
    if (!options?.eventual) {
      return this.log.positions(topics);
    }
    const unique = [...new Set(topics)];
    const now = this.clock.now();
    const missing = unique.filter((topic) => (this.reads.get(topic)?.until ?? 0) <= now);
    if (missing.length > 0) {
      this.keep(missing, { heads: this.log.positions(missing, options), until: now + KEPT_FOR });
    }
    const reads = unique.map((topic) => this.reads.get(topic));
    const found = await Promise.all(reads.map((read) => read?.heads));
    return Object.fromEntries(
      unique.flatMap((topic, index) => {
        const position = found[index]?.[topic];
        return position ? [[topic, position]] : [];
      }),
    );
  }

  private keep(topics: readonly string[], read: Read): void {
    for (const topic of topics) {
      this.reads.delete(topic);
      this.reads.set(topic, read);
    }
    for (const topic of this.reads.keys()) {
      if (this.reads.size <= MAX_TOPICS) {
        break;
      }
      this.reads.delete(topic);
    }
    // The caller handles the failure.
    read.heads.then(
      (heads) =>
        this.forget(
          topics.filter((topic) => !heads[topic]),
          read,
        ),
      () => this.forget(topics, read),
    );
  }

  private forget(topics: readonly string[], read: Read): void {
    for (const topic of topics) {
      if (this.reads.get(topic) === read) {
        this.reads.delete(topic);
      }
    }
  }
}
