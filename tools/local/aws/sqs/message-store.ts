import type { BatchOperation, Store } from '../dynamodb/engine';
import type { Message } from './message';

/** Stores the messages of all queues in the same database as the items of the tables: in memory, or in the data folder. */
export class MessageStore {
  private pending: BatchOperation[] = [];
  private lastSave: Promise<void> = Promise.resolve();

  constructor(private readonly db: Store['db']) {}

  put(queue: string, message: Message): void {
    // A copy, because the message can change before it is saved.
    this.pending.push({ type: 'put', key: keyOf(queue, message), value: { ...message } });
  }

  delete(queue: string, message: Message): void {
    this.pending.push({ type: 'del', key: keyOf(queue, message) });
  }

  /** Resolves when all changes until now are saved. */
  save(): Promise<void> {
    this.lastSave = this.lastSave.then(async () => {
      const operations = this.pending;
      this.pending = [];
      if (operations.length > 0) {
        await this.db.batch(operations);
      }
    });
    return this.lastSave;
  }

  /** @returns the messages of an earlier run, in the order of their arrival */
  async load(queue: string): Promise<Message[]> {
    const messages: Message[] = [];
    for await (const [, message] of this.db.iterator({ gte: `queue-${queue}~`, lt: `queue-${queue}~\xff` })) {
      messages.push(message as Message);
    }
    return messages;
  }
}

function keyOf(queue: string, { order }: Message): string {
  // 16 digits, the longest exact integer, so that keys sort as numbers.
  return `queue-${queue}~${String(order).padStart(16, '0')}`;
}
