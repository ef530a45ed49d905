import {
  type Attributes,
  actAtOnce,
  type BatchOperation,
  type ItemDb,
  type OperationName,
  type Store,
  type TableDescription,
  type WritableStore,
} from './engine';
import type { ItemKey } from './place';

/** A change of an item. `undefined` means that the item does not exist. */
export interface Change {
  readonly table: string;
  readonly before: Attributes | undefined;
  readonly after: Attributes | undefined;
  readonly by: 'caller' | 'timeToLive';
}

/** The tables that a draft reads. */
export interface Tables {
  readonly store: Store;
  /** Throws if the table does not exist. */
  table(name: string): TableDescription;
  item(place: ItemKey): Attributes | undefined;
  isOngoing(place: ItemKey): boolean;
}

/**
 * Pending writes. Dynalite's actions run on a draft as on its own store, but they read synchronously and write into
 * {@link operations}, so that related writes are performed together or not at all. Each item is written once.
 */
export class Draft implements WritableStore {
  readonly operations: BatchOperation[] = [];
  readonly changes: Change[] = [];
  readonly options: WritableStore['options'];

  constructor(
    private readonly database: Tables,
    private readonly by: Change['by'],
  ) {
    this.options = database.store.options;
  }

  /** Performs the operation in the draft, or throws its failure and leaves the draft unchanged. */
  act(name: OperationName, data: object): object {
    return actAtOnce(name, this, data);
  }

  item(place: ItemKey): Attributes | undefined {
    return this.database.item(place);
  }

  /** @returns true if a transaction with the item is ongoing */
  isOngoing(place: ItemKey): boolean {
    return this.database.isOngoing(place);
  }

  table(name: string): TableDescription {
    return this.database.table(name);
  }

  getTable: WritableStore['getTable'] = (name, ...rest) => {
    const table = this.table(name);
    const callback = rest[rest.length - 1] as (error: null, table: TableDescription) => void;
    callback(null, table);
  };

  getItemDb(table: string): ItemDb {
    const itemDb = this.entries((key) => itemKey({ table, key }));
    return {
      ...itemDb,
      put: (key, after, callback) => {
        this.changes.push({ table, before: this.item({ table, key }), after, by: this.by });
        itemDb.put(key, after, callback);
      },
      del: (key, callback) => {
        this.changes.push({ table, before: this.item({ table, key }), after: undefined, by: this.by });
        itemDb.del(key, callback);
      },
    };
  }

  getIndexDb(type: string, table: string, index: string): ItemDb {
    return this.entries((key) => `index-${type.toLowerCase()}~${table}~${index}~${key}`);
  }

  private entries(place: (key: string) => string): ItemDb {
    return {
      // Writes run one at a time, so no lock is necessary.
      lock: (_key, run) => run((callback) => callback),
      get: (key, callback) => callback(null, this.database.store.db.getSync(place(key)) as Attributes | undefined),
      put: (key, value, callback) => {
        this.operations.push({ type: 'put', key: place(key), value });
        callback(null);
      },
      del: (key, callback) => {
        this.operations.push({ type: 'del', key: place(key) });
        callback(null);
      },
    };
  }
}

/** @returns dynalite's key for an item in its LevelDB */
export function itemKey({ table, key }: ItemKey): string {
  return `item-${table}~${key}`;
}
