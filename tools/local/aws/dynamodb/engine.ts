// Programs that import this package cannot find these types otherwise.
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

export type KeySchema = readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[];

interface Index {
  readonly IndexName: string;
  readonly KeySchema: KeySchema;
}

type Callback<T> = (error?: DynaliteError | null, value?: T) => void;

/** Dynalite's error: the response to the caller, or, without a status, a bug. */
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
  readonly reverse?: boolean;
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

/** An operation of dynalite: the validation of its input and its action. */
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
 * Operations by name. Dynalite's modules are used directly, without its HTTP server, because only this way several writes
 * can become one, and a write can be observed together with the item that it replaces. This folder depends on internals of
 * dynalite 4, whose version is pinned.
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

/** @returns the input with its expressions parsed, without properties that the operation does not have */
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

/** Performs an operation on validated input. */
export function act(name: OperationName, store: WritableStore, data: object): Promise<object> {
  return new Promise((resolve, reject) => {
    operationOf(name).action(store, data, (error, answer) =>
      error ? reject(failureOf(error)) : resolve(answer ?? {}),
    );
  });
}

/** Performs an operation synchronously, on a store that is synchronous. */
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

/** Converts dynalite's error to a {@link Failure}. An error that is not a response stays unchanged. */
export function failureOf(error: DynaliteError): Error {
  const { statusCode, body } = error;
  return statusCode && body ? new Failure(body.__type, body.message ?? body.Message ?? '', statusCode) : error;
}
