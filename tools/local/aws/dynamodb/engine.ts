// Programs that import this package have no other way to see these types.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./dynalite.d.ts" />
import { checkTypes, checkValidations } from 'dynalite/validations';
import { Failure } from '../failure';

/** Attributes of an item as the API writes them: `{ pk: { S: 'a' } }`. */
export type Attributes = Record<string, AttributeValue>;
export type AttributeValue = Readonly<Record<string, unknown>>;

export interface TableDescription {
  readonly TableName: string;
  readonly TableStatus: string;
  readonly KeySchema: KeySchema;
  readonly GlobalSecondaryIndexes?: readonly Index[];
  readonly LocalSecondaryIndexes?: readonly Index[];
}

type KeySchema = readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[];

interface Index {
  readonly IndexName: string;
  readonly KeySchema: KeySchema;
}

type Callback<T> = (error?: DynaliteError | null, value?: T) => void;

/** Dynalite's error: what the caller is answered; without a status it is a mistake in the program. */
export interface DynaliteError extends Error {
  readonly statusCode?: number;
  readonly body?: { readonly __type: string; readonly message?: string; readonly Message?: string };
}

/** Items, or entries of an index, of one table. */
export interface ItemDb {
  lock(key: string, run: (release: <F>(callback: F) => F) => void): void;
  get(key: string, callback: Callback<Attributes>): void;
  put(key: string, item: Attributes, callback: Callback<void>): void;
  del(key: string, callback: Callback<void>): void;
}

/** The part of dynalite's store that its writing actions use. */
export interface WritableStore {
  readonly options: { readonly maxItemSize: number };
  getTable(name: string, ...rest: [Callback<TableDescription>] | [boolean, Callback<TableDescription>]): void;
  getItemDb(table: string): ItemDb;
  getIndexDb(type: string, table: string, index: string): ItemDb;
}

export type BatchOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly key: string };

interface Range {
  readonly gte?: string;
  readonly gt?: string;
  readonly lt: string;
  readonly limit?: number;
}

/** Dynalite's store: one LevelDB, in memory or in a folder. */
export interface Store extends WritableStore {
  readonly db: {
    open(): Promise<void>;
    getSync(key: string): unknown;
    batch(operations: readonly BatchOperation[]): Promise<void>;
    iterator(range: Range): AsyncIterable<[key: string, value: unknown]>;
  };
  readonly tableDb: { awsAccountId: string; awsRegion: string };
  readonly lifecycleManager: { gracefulClose(): Promise<void> };
}

type Action = (store: WritableStore, data: object, callback: Callback<object>) => void;

/** An operation of dynalite: how its input is checked and how it is done. */
interface Operation {
  readonly types: object;
  readonly custom?: unknown;
  readonly action: Action;
}

export type OperationName =
  | 'BatchGetItem'
  | 'BatchWriteItem'
  | 'CreateTable'
  | 'DeleteItem'
  | 'DescribeTable'
  | 'DescribeTimeToLive'
  | 'GetItem'
  | 'ListTables'
  | 'PutItem'
  | 'Query'
  | 'Scan'
  | 'UpdateItem';

/**
 * Dynalite's modules are used one by one, without its HTTP server: only so can several writes become one, and a write
 * be seen together with the item it replaced. That ties this folder to dynalite 4, whose version is pinned.
 */
const operations = new Map<OperationName, Operation>();

function operationOf(name: OperationName): Operation {
  const known = operations.get(name);
  if (known) {
    return known;
  }
  const file = name[0]?.toLowerCase() + name.slice(1);
  const operation: Operation = {
    ...(require(`dynalite/validations/${file}`) as Omit<Operation, 'action'>),
    action: require(`dynalite/actions/${file}`) as Action,
  };
  operations.set(name, operation);
  return operation;
}

/** @returns the input with its expressions parsed, without what the operation does not know. */
export function validated(name: OperationName, input: object, store: Store): Record<string, unknown> {
  const { types, custom } = operationOf(name);
  try {
    const data = checkTypes(structuredClone(input), types);
    checkValidations(data, types, custom, store);
    return data;
  } catch (error) {
    throw failureOf(error as DynaliteError);
  }
}

/** Does an operation of validated input. */
export function act(name: OperationName, store: WritableStore, data: object): Promise<object> {
  return new Promise((resolve, reject) => {
    operationOf(name).action(store, data, (error, answer) =>
      error ? reject(failureOf(error)) : resolve(answer ?? {}),
    );
  });
}

/** Does an operation on a store that answers at once, at once. */
export function actAtOnce(name: OperationName, store: WritableStore, data: object): object {
  const outcomes: { error?: DynaliteError | null; answer?: object }[] = [];
  operationOf(name).action(store, data, (error, answer) => outcomes.push({ error, answer }));
  const [outcome] = outcomes;
  if (!outcome) {
    throw new Error(`dynalite's ${name} did not finish synchronously`);
  }
  if (outcome.error) {
    throw failureOf(outcome.error);
  }
  return outcome.answer ?? {};
}

/** Errors that are no answer pass as they are. */
export function failureOf(error: DynaliteError): Error {
  const { statusCode, body } = error;
  return statusCode && body ? new Failure(body.__type, body.message ?? body.Message ?? '', statusCode) : error;
}
