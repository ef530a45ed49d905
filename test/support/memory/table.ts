import type { Expression, Item, Key, Rejections, Table, Write } from '../../../lambda/adapters/table';
import { holds, updated } from './expression';

/** What a table does. */
export type Tables = Pick<Table, keyof Table>;

export interface MemoryTableOptions {
  /** Is told of every item as it is written, in order, as the table's stream is. */
  written?: (item: Item) => void;
  /** Tables that transactions name. */
  others?: Record<string, MemoryTable>;
}

/**
 * A DynamoDB table in memory. What it is asked it does at once, in one piece; the contracts' suites hold for it as for
 * the embedded DynamoDB.
 */
export class MemoryTable implements Tables {
  /** By `pk`, then by `sk`. */
  private partitions = new Map<string, Map<string, Item>>();

  /** Transactions that were done, by their tokens. */
  private readonly done = new Set<string>();

  constructor(private readonly options: MemoryTableOptions = {}) {}

  async get({ pk, sk }: Key): Promise<Item | undefined> {
    return copy(this.partitions.get(pk)?.get(sk));
  }

  async getAll(keys: Key[]): Promise<Item[]> {
    return keys.flatMap(({ pk, sk }) => copy(this.partitions.get(pk)?.get(sk)) ?? []);
  }

  async put(item: Item): Promise<void> {
    this.write(item);
  }

  async delete(key: Key, condition: Expression): Promise<Item | undefined> {
    const found = this.partitions.get(key.pk)?.get(key.sk);
    if (!holds(condition, found)) {
      return undefined;
    }
    this.partitions.get(key.pk)?.delete(key.sk);
    return found;
  }

  async update(key: Key, set: string, condition: Expression): ReturnType<Tables['update']> {
    const found = this.partitions.get(key.pk)?.get(key.sk);
    if (!holds(condition, found)) {
      return { rejected: copy(found) };
    }
    const item = updated(found ?? key, set, condition.values);
    this.write(item);
    return { updated: { ...item } };
  }

  async deleteAll(keys: Key[]): Promise<void> {
    for (const { pk, sk } of keys) {
      this.partitions.get(pk)?.delete(sk);
    }
  }

  /** Each page is read when it is asked for. */
  async *pages(keys: Expression, filter: Expression, pageSize = Number.POSITIVE_INFINITY): AsyncGenerator<Item[]> {
    let after = '';
    for (;;) {
      const rest = this.query(keys).filter(({ sk }) => sk > after);
      const page = rest.slice(0, pageSize);
      yield page.filter((item) => holds(filter, item)).map((item) => ({ ...item }));
      // As DynamoDB, which has not looked yet whether there is more.
      if (page.length < pageSize) {
        return;
      }
      after = page.at(-1)?.sk ?? '';
    }
  }

  async count(keys: Expression, filter: Expression): Promise<number> {
    return this.query(keys).filter((item) => holds(filter, item)).length;
  }

  async transact(writes: Write[], token?: string): Promise<'written' | 'busy' | Rejections> {
    if (token !== undefined && this.done.has(token)) {
      return 'written';
    }
    const found = writes.map((write) => this.tableOf(write).found(write));
    const rejections = writes.map(({ condition }, index) =>
      condition && !holds(condition, found[index]) ? { found: copy(found[index]) } : undefined,
    );
    if (rejections.some(Boolean)) {
      return rejections;
    }
    for (const write of writes) {
      this.tableOf(write).perform(write);
    }
    if (token !== undefined) {
      this.done.add(token);
    }
    return 'written';
  }

  /** Every item, of every partition. */
  get items(): Item[] {
    return [...this.partitions.values()].flatMap((items) => [...items.values()]);
  }

  /** Puts these items in the place of all, as a table restored from a backup has them. */
  restore(items: readonly Item[]): void {
    this.partitions = new Map();
    for (const item of items) {
      this.partition(item.pk).set(item.sk, { ...item });
    }
  }

  /** As DynamoDB does with what has expired, sooner or later. */
  sweep(seconds: number): void {
    for (const { pk, sk, expiresAt } of this.items) {
      if (expiresAt <= seconds) {
        this.partitions.get(pk)?.delete(sk);
      }
    }
  }

  private tableOf({ table }: Write): MemoryTable {
    const found = table === undefined ? this : this.options.others?.[table];
    if (!found) {
      throw new Error(`There is no table ${table}`);
    }
    return found;
  }

  private found(write: Write): Item | undefined {
    const { pk, sk } =
      'put' in write ? write.put : 'delete' in write ? write.delete : 'check' in write ? write.check : write.update;
    return this.partitions.get(pk)?.get(sk);
  }

  private perform(write: Write): void {
    if ('put' in write) {
      this.write(write.put);
    } else if ('delete' in write) {
      this.partitions.get(write.delete.pk)?.delete(write.delete.sk);
    } else if ('update' in write) {
      this.write(updated(this.found(write) ?? write.update, write.set, write.condition.values));
    }
  }

  /** Of one partition, as every query of DynamoDB is, by `sk`. */
  private query(keys: Expression): Item[] {
    const items = [...(this.partitions.get(keys.values?.[':pk'] as string)?.values() ?? [])];
    return items.filter((item) => holds(keys, item)).sort((a, b) => (a.sk < b.sk ? -1 : 1));
  }

  private write(item: Item): void {
    const partition = this.partition(item.pk);
    partition.set(item.sk, { ...item });
    this.options.written?.({ ...item });
  }

  private partition(pk: string): Map<string, Item> {
    const partition = this.partitions.get(pk) ?? new Map();
    this.partitions.set(pk, partition);
    return partition;
  }
}

const copy = (item: Item | undefined): Item | undefined => item && { ...item };

/** @returns the same as the type that the adapters ask for, whose private parts they cannot see. */
export function asTable(table: Tables): Table {
  return table as unknown as Table;
}
