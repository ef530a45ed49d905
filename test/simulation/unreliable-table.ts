import type { Expression, Item, Key, Rejections, Write } from '../../lambda/adapters/table';
import { Unavailable } from '../../lambda/realtime/ports';
import type { Tables } from '../support/memory/table';
import type { Faults } from './faults';
import type { Process } from './process';

/**
 * A table as a process sees it: over a network, and now and then busy. A batch is no transaction: between its halves the
 * world goes on, and the process may end.
 */
export class UnreliableTable implements Tables {
  constructor(
    private readonly table: Tables,
    private readonly process: Process,
    private readonly faults: Faults,
  ) {}

  get(key: Key): Promise<Item | undefined> {
    return this.ask(() => this.table.get(key));
  }

  async getAll(keys: Key[]): Promise<Item[]> {
    const [one, other] = await Promise.all(halves(keys).map((half) => this.ask(() => this.table.getAll(half))));
    return [...(one ?? []), ...(other ?? [])];
  }

  put(item: Item): Promise<void> {
    return this.ask(() => this.table.put(item));
  }

  delete(key: Key, condition: Expression): Promise<Item | undefined> {
    return this.ask(() => this.table.delete(key, condition));
  }

  update(key: Key, set: string, condition: Expression): ReturnType<Tables['update']> {
    return this.ask(() => this.table.update(key, set, condition));
  }

  async deleteAll(keys: Key[]): Promise<void> {
    await Promise.all(halves(keys).map((half) => this.ask(() => this.table.deleteAll(half))));
  }

  async *pages(keys: Expression, filter: Expression, pageSize?: number): AsyncGenerator<Item[]> {
    const pages = this.table.pages(keys, filter, pageSize);
    for (;;) {
      const { done, value } = await this.ask(() => pages.next());
      if (done) {
        return;
      }
      yield value;
    }
  }

  count(keys: Expression, filter: Expression): Promise<number> {
    return this.ask(() => this.table.count(keys, filter));
  }

  async transact(writes: Write[], token?: string): Promise<'written' | 'busy' | Rejections> {
    try {
      return await this.ask(() => this.table.transact(writes, token));
    } catch (error) {
      if (error instanceof Unavailable) {
        return 'busy';
      }
      throw error;
    }
  }

  /** Throws {@link Unavailable}, whether or not it was done. */
  private async ask<T>(act: () => Promise<T>): Promise<T> {
    const busy = this.faults.strikes('the table is busy');
    const answer = await this.process.ask(() => (busy ? undefined : act()));
    if (busy || this.faults.strikes('the table did it, and its answer is lost')) {
      throw new Unavailable();
    }
    return answer as T;
  }
}

function halves(keys: Key[]): Key[][] {
  const middle = Math.ceil(keys.length / 2);
  return [keys.slice(0, middle), keys.slice(middle)].filter((half) => half.length > 0);
}
