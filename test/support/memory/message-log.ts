import { bytesOf, historyPage } from '../../../lambda/realtime/history';
import type { Clock, Draft, History, MessageLog } from '../../../lambda/realtime/ports';
import { type Message, type Position, START } from '../../../client/protocol';

interface Entry {
  readonly message: Message;
  readonly subject: string;
  readonly expiresAt: number;
}

/** The message log in memory, without contention or errors. */
export class MemoryMessageLog implements MessageLog {
  private readonly topics = new Map<string, Entry[]>();

  constructor(
    private readonly clock: Clock,
    private readonly retentionSeconds: number,
    private readonly newId: () => string,
  ) {}

  prepare(): void {
    // Nothing to read.
  }

  async append({ subject, ...draft }: Draft): Promise<Message | 'conflict'> {
    const used = this.kept(draft.topic).find((entry) => entry.message.id === draft.id && entry.subject === subject);
    const first = used?.message;
    if (first) {
      return JSON.stringify(first.data) === JSON.stringify(draft.data) ? first : 'conflict';
    }
    const entries = this.topics.get(draft.topic) ?? [];
    const { epoch, sequence } = this.head(draft.topic);
    const message = { ...draft, epoch: epoch || this.newId(), sequence: sequence + 1 };
    entries.push({ message, subject, expiresAt: this.clock.now() + this.retentionSeconds * 1000 });
    this.topics.set(draft.topic, entries);
    return message;
  }

  async read(topic: string, after: number, limit: number): Promise<History> {
    const messages = this.kept(topic)
      .map(({ message }) => message)
      .filter(({ sequence }) => sequence > after)
      .slice(0, limit);
    const bytesRead = messages.reduce((sum, message) => sum + bytesOf(message), 0);
    return historyPage(this.head(topic), after, { messages, bytesRead });
  }

  async positions(topics: string[]): Promise<Record<string, Position>> {
    return Object.fromEntries(topics.map((topic) => [topic, this.head(topic)]));
  }

  private head(topic: string): Position {
    const last = this.topics.get(topic)?.at(-1)?.message;
    return last ? { epoch: last.epoch, sequence: last.sequence } : START;
  }

  private kept(topic: string): Entry[] {
    const entries = this.topics.get(topic) ?? [];
    return entries.filter(({ expiresAt }) => expiresAt > this.clock.now());
  }
}
