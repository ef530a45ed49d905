import type { BatchOperation, Store } from '../dynamodb/engine';
import type { Message } from './message';

/** Keeps the messages of all queues beside the items of the tables: in memory, or in the folder for data. */
export class MessageStore {
  private pending: BatchOperation[] = [];
  private lastSave: Promise<void> = Promise.resolve();

  constructor(private readonly db: Store['db']) {}

  put(queue: string, message: Message): void {
    // As it is now: it may change before it is saved.
    this.pending.push({ type: 'put', key: keyOf(queue, message), value: { ...message } });
  }

  delete(queue: string, message: Message): void {
    this.pending.push({ type: 'del', key: keyOf(queue, message) });
  }

  /** Resolves when all that was put and deleted until now is saved. */
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

  /** @returns what an earlier run has kept, in the order in which it came */
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
