import { createKey } from 'dynalite/db';
import type { TableBlueprint } from '../../blueprint';
import type { Database } from './database';
import { type Draft, itemKey } from './draft';
import type { Attributes } from './engine';
import { keyOf } from './place';

/** DynamoDB does not delete items that expired longer ago. Source: "Using time to live (TTL) in DynamoDB". */
const TOO_OLD_SECONDS = 5 * 365 * 24 * 3600;

/** Deletes expired items in the name of DynamoDB, at the next sweep. DynamoDB itself can take up to two days. */
export class TimeToLive {
  private readonly attributes: ReadonlyMap<string, string>;
  /** By the second of expiry: `[table, key]` as JSON. An item that was written again since then is checked at its deletion. */
  private readonly due = new Map<number, Set<string>>();
  private sweptUntil: number;

  constructor(
    private readonly database: Database,
    tables: readonly TableBlueprint[],
    private readonly now: () => number,
  ) {
    this.attributes = new Map(
      tables.flatMap(({ name, timeToLiveAttribute }) => (timeToLiveAttribute ? [[name, timeToLiveAttribute]] : [])),
    );
    this.sweptUntil = Math.floor(now() / 1000);
    database.accompany(({ table, after }) => {
      this.schedule(table, after);
      return [];
    });
  }

  attributeOf(table: string): string | undefined {
    return this.attributes.get(table);
  }

  /** Schedules the items that the data folder contains. */
  async open(): Promise<void> {
    for (const table of this.attributes.keys()) {
      const range = { gte: itemKey({ table, key: '' }), lt: itemKey({ table, key: '\xff' }) };
      for await (const [, item] of this.database.store.db.iterator(range)) {
        this.schedule(table, item as Attributes);
      }
    }
  }

  async sweep(): Promise<void> {
    const until = Math.floor(this.now() / 1000);
    const expired: string[] = [];
    for (; this.sweptUntil < until; this.sweptUntil += 1) {
      expired.push(...(this.due.get(this.sweptUntil) ?? []));
      this.due.delete(this.sweptUntil);
    }
    for (const place of expired) {
      const [table, key] = JSON.parse(place) as [string, string];
      await this.database.write((draft) => this.deleteIfExpired(draft, table, key, until), 'timeToLive');
    }
  }

  private schedule(table: string, item: Attributes | undefined): void {
    const expiry = this.expiryOf(table, item);
    if (item && expiry !== undefined) {
      const second = Math.max(expiry, this.sweptUntil);
      const key = createKey(item, this.database.table(table));
      const set = this.due.get(second) ?? new Set();
      this.due.set(second, set.add(JSON.stringify([table, key])));
    }
  }

  private deleteIfExpired(draft: Draft, table: string, key: string, until: number): void {
    const item = draft.item({ table, key });
    const expiry = this.expiryOf(table, item);
    if (item && expiry !== undefined && expiry < until) {
      if (draft.isOngoing({ table, key })) {
        this.schedule(table, item);
      } else {
        draft.act('DeleteItem', { TableName: table, Key: keyOf(draft.table(table).KeySchema, item) });
      }
    }
  }

  /** @returns seconds since 1970; undefined if the item stays. */
  private expiryOf(table: string, item: Attributes | undefined): number | undefined {
    const expiry = Math.floor(Number(item?.[this.attributes.get(table) ?? '']?.N));
    return expiry > this.now() / 1000 - TOO_OLD_SECONDS ? expiry : undefined;
  }
}
