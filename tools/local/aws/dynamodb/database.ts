import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { create } from 'dynalite/db';
import type { TableBlueprint } from '../../blueprint';
import type { ShownItem, TableContents } from '../contents';
import { type Change, Draft, itemKey } from './draft';
import { resourceNotFound } from './dynamodb-failures';
import {
  act,
  type Attributes,
  type BatchOperation,
  type OperationName,
  type Store,
  type TableDescription,
  validated,
} from './engine';
import type { ItemKey } from './place';

export interface DatabaseOptions {
  /** Folder that keeps the tables. @default - they are in memory */
  readonly directory?: string;
  readonly region: string;
  readonly accountId: string;
  readonly tables: readonly TableBlueprint[];
  /** Resolves after the duration of a transaction. @default - up to 12 ms, see docs/claims.md */
  readonly transactionDuration?: () => Promise<unknown>;
}

/** Maximum milliseconds of a transaction. AWS documents no duration. */
const TRANSACTION_MS = 12;

/**
 * Tables with their items. Writes run one at a time, and each sees all earlier ones. Only transactions take time: until one
 * ends, its items are ongoing, and reads return their previous state.
 */
export class Database {
  readonly tables = new Map<string, TableDescription>();
  private readonly companions: ((change: Change) => readonly BatchOperation[])[] = [];
  /** Items of ongoing transactions, by {@link itemKey}. */
  private readonly ongoing = new Set<string>();
  /** The store without dynalite's limit of 1.4 MB for BatchGetItem. */
  private readonly unlimited: Store;
  private lastTurn: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly store: Store,
    private readonly transactionDuration: () => Promise<unknown>,
  ) {
    const options = { ...store.options, maxItemSize: Number.POSITIVE_INFINITY };
    this.unlimited = Object.create(store, { options: { value: options } });
  }

  static async open(options: DatabaseOptions): Promise<Database> {
    const { directory, region, accountId, tables, transactionDuration } = options;
    const store = create({ path: directory, createTableMs: 0 });
    await store.db.open().catch((error: Error & { cause?: { code?: string } }) => {
      throw error.cause?.code === 'LEVEL_LOCKED'
        ? new Error(`The data in ${directory} is in use by another run. Fix: stop it, or use another folder.`)
        : error;
    });
    Object.assign(store.tableDb, { awsRegion: region, awsAccountId: accountId });
    const database = new Database(store, transactionDuration ?? (() => sleep(TRANSACTION_MS * Math.random())));
    try {
      for (const table of tables) {
        await database.createTable(table);
      }
    } catch (error) {
      await database.close();
      throw error;
    }
    return database;
  }

  /** Throws DynamoDB's error if the table does not exist. */
  table(name: string): TableDescription {
    const table = this.tables.get(name);
    if (!table) {
      throw resourceNotFound();
    }
    return table;
  }

  item(place: ItemKey): Attributes | undefined {
    return this.store.db.getSync(itemKey(place)) as Attributes | undefined;
  }

  /** @returns true if a transaction with the item is ongoing */
  isOngoing(place: ItemKey): boolean {
    return this.ongoing.has(itemKey(place));
  }

  /** Registers a function that is called for each item that a write changes. Its result is stored together with the change. */
  accompany(companion: (change: Change) => readonly BatchOperation[]): void {
    this.companions.push(companion);
  }

  /** @returns the first items of a table */
  async contents(name: string, limit: number): Promise<TableContents> {
    const keys = this.table(name).KeySchema.map(({ AttributeName }) => AttributeName);
    const scanned = (await this.read('Scan', { TableName: name, Limit: limit })) as {
      Items: ShownItem[];
      LastEvaluatedKey?: object;
    };
    return { keys, items: scanned.Items, more: scanned.LastEvaluatedKey !== undefined };
  }

  /** @param data validated */
  read(operation: OperationName, data: object): Promise<object> {
    return act(operation, this.unlimited, data);
  }

  /** Performs all writes that `decide` adds to the draft, or none if it throws. */
  write<T>(decide: (draft: Draft) => T, by: Change['by'] = 'caller'): Promise<T> {
    return this.inTurn(async () => {
      const draft = new Draft(this, by);
      const result = decide(draft);
      await this.perform(draft);
      return result;
    });
  }

  /**
   * Performs the writes of a transaction after its duration. `decide` adds them to the draft before that. If it throws or
   * returns false, the transaction does not begin. Other requests can write its items again in any case.
   */
  async transact(places: readonly ItemKey[], decide: (draft: Draft) => boolean): Promise<void> {
    const draft = new Draft(this, 'caller');
    const items = places.map(itemKey);
    const begins = await this.inTurn(async () => {
      const begun = decide(draft);
      for (const item of begun ? items : []) {
        this.ongoing.add(item);
      }
      return begun;
    });
    if (!begins) {
      return;
    }
    try {
      await this.transactionDuration();
      await this.inTurn(() => this.perform(draft));
    } finally {
      for (const item of items) {
        this.ongoing.delete(item);
      }
    }
  }

  /** Resolves when the writes that have begun are stored. */
  async settled(): Promise<void> {
    await this.lastTurn;
  }

  async close(): Promise<void> {
    await this.settled();
    await this.store.lifecycleManager.gracefulClose();
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.lastTurn.then(act);
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }

  private async perform({ operations, changes }: Draft): Promise<void> {
    const more = changes.flatMap((change) => this.companions.flatMap((companion) => companion(change)));
    if (operations.length > 0) {
      await this.store.db.batch([...operations, ...more]);
    }
  }

  /** Creates the table, or opens the table that the folder contains. */
  private async createTable(blueprint: TableBlueprint): Promise<void> {
    const { name } = blueprint;
    const wanted = this.request(blueprint);
    const kept = this.stored(name);
    if (kept && !isDeepStrictEqual(shapeOf(kept), shapeOf(wanted))) {
      throw new Error(
        `The kept table ${name} has other keys or indexes than the template. Fix: use another folder with --data`,
      );
    }
    if (!kept) {
      await act('CreateTable', this.store, wanted);
    }
    // Dynalite makes a table active in a timer of 0 ms.
    let table = this.stored(name);
    while (table?.TableStatus !== 'ACTIVE') {
      await new Promise(setImmediate);
      table = this.stored(name);
    }
    this.tables.set(name, table);
  }

  /** @returns the request that creates the table */
  private request({ name, definition }: TableBlueprint): Record<string, unknown> {
    const onDemand = 'ProvisionedThroughput' in definition ? {} : { BillingMode: 'PAY_PER_REQUEST' };
    try {
      return validated('CreateTable', { ...onDemand, ...definition, TableName: name }, this.store);
    } catch (error) {
      throw new Error(`The table ${name} cannot be created: ${error instanceof Error ? error.message : error}`);
    }
  }

  private stored(name: string): TableDescription | undefined {
    return this.store.db.getSync(`table~${name}`) as TableDescription | undefined;
  }
}

/** @returns the properties that cannot change unless the table is created again */
function shapeOf(table: object): object {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes } = table as Record<
    string,
    unknown
  >;
  const indexes = [GlobalSecondaryIndexes ?? [], LocalSecondaryIndexes ?? []] as Record<string, unknown>[][];
  return JSON.parse(
    JSON.stringify([
      KeySchema,
      AttributeDefinitions,
      indexes.map((list) => list.map(({ IndexName, KeySchema, Projection }) => [IndexName, KeySchema, Projection])),
    ]),
  );
}
