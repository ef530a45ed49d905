import { isDeepStrictEqual } from 'node:util';
import { create } from 'dynalite/db';
import type { TableBlueprint } from '../../blueprint';
import { type Change, Draft } from './draft';
import { resourceNotFound } from './dynamodb-failures';
import { act, type BatchOperation, type OperationName, type Store, type TableDescription, validated } from './engine';

export interface DatabaseOptions {
  /** Folder that keeps the tables. @default - they are in memory */
  readonly directory?: string;
  readonly region: string;
  readonly accountId: string;
  readonly tables: readonly TableBlueprint[];
}

/**
 * Tables with their items. Writes run one at a time, and each sees all earlier ones. This is stricter than DynamoDB, which
 * cancels conflicting transactions with TransactionConflict. It costs no speed, because there is only one thread.
 */
export class Database {
  readonly tables = new Map<string, TableDescription>();
  private readonly companions: ((change: Change) => readonly BatchOperation[])[] = [];
  private lastTurn: Promise<unknown> = Promise.resolve();

  private constructor(readonly store: Store) {}

  static async open({ directory, region, accountId, tables }: DatabaseOptions): Promise<Database> {
    const store = create({ path: directory, createTableMs: 0 });
    await store.db.open().catch((error: Error & { cause?: { code?: string } }) => {
      throw error.cause?.code === 'LEVEL_LOCKED'
        ? new Error(`The data in ${directory} is in use by another run. Fix: stop it, or use another folder.`)
        : error;
    });
    Object.assign(store.tableDb, { awsRegion: region, awsAccountId: accountId });
    const database = new Database(store);
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

  /** Registers a function that is called for each item that a write changes. Its result is stored together with the change. */
  accompany(companion: (change: Change) => readonly BatchOperation[]): void {
    this.companions.push(companion);
  }

  /** @param data validated */
  read(operation: OperationName, data: object): Promise<object> {
    return act(operation, this.store, data);
  }

  /** Performs all writes that `decide` adds to the draft, or none if it throws. */
  write<T>(decide: (draft: Draft) => T, by: Change['by'] = 'caller'): Promise<T> {
    const turn = this.lastTurn.then(async () => {
      const draft = new Draft(this, by);
      const result = decide(draft);
      const more = draft.changes.flatMap((change) => this.companions.flatMap((companion) => companion(change)));
      if (draft.operations.length > 0) {
        await this.store.db.batch([...draft.operations, ...more]);
      }
      return result;
    });
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when the writes that have begun are stored. */
  async settled(): Promise<void> {
    await this.lastTurn;
  }

  async close(): Promise<void> {
    await this.settled();
    await this.store.lifecycleManager.gracefulClose();
  }

  /** Creates the table, or opens the table that the folder contains. */
  private async createTable({ name, definition }: TableBlueprint): Promise<void> {
    const onDemand = 'ProvisionedThroughput' in definition ? {} : { BillingMode: 'PAY_PER_REQUEST' };
    const wanted = validated('CreateTable', { ...onDemand, ...definition, TableName: name }, this.store);
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
