import type { Item, Key } from '../../../lambda/adapters/table';
import { type AttributeMap, marshall, unmarshall } from '../../../lambda/aws/attribute-values';
import type { OperationCaller } from '../../../lambda/aws/json-client';
import { ServiceException } from '../../../lambda/aws/service-exception';
import { holds, updated, valuesIn } from './expression';

export interface MemoryDynamoDBOptions {
  /** Names of the tables, each with the keys `pk` and `sk`. */
  readonly tables: readonly string[];

  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;

  /** Called with each written item in order, as soon as the write cannot fail any more. @default - no callback */
  readonly written?: (table: string, record: StreamRecord) => void;

  /** Decides whether an eventually consistent read misses the writes of the last second. @default - never */
  readonly lags?: () => boolean;

  /** Runs a function after a number of milliseconds. Required for transactions with a duration. @default setTimeout */
  readonly schedule?: (run: () => void, milliseconds: number) => void;
}

/** Duration of a transaction, and the share of it after which each of its items is visible. */
export interface Duration {
  readonly milliseconds: number;
  /** At least 0, less than 1. Called for each item. */
  readonly share: () => number;
}

/** A change of an item, in the format of a stream with new images. */
export interface StreamRecord {
  readonly eventName: 'INSERT' | 'MODIFY';
  readonly Keys: AttributeMap;
  readonly NewImage: AttributeMap;
}

/** An item as a value of the code, and in the format of responses. */
interface Stored {
  readonly item: Item;
  readonly attributes: AttributeMap;
  readonly bytes: number;
}

/** A single write, or one of a transaction. */
interface WriteInput {
  readonly TableName: string;
  readonly Item?: AttributeMap;
  readonly Key?: AttributeMap;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues?: AttributeMap;
  readonly ReturnValues?: 'NONE' | 'ALL_OLD' | 'ALL_NEW';
  readonly ReturnValuesOnConditionCheckFailure?: 'NONE' | 'ALL_OLD';
}

interface QueryInput {
  readonly TableName: string;
  readonly KeyConditionExpression: string;
  readonly FilterExpression?: string;
  readonly ExpressionAttributeValues?: AttributeMap;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: AttributeMap;
  readonly Select?: 'COUNT';
  readonly ConsistentRead?: boolean;
}

interface BatchGetInput {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: AttributeMap[]; readonly ConsistentRead?: boolean }>>;
}

interface TransactInput {
  readonly TransactItems: readonly Readonly<Record<string, WriteInput>>[];
  readonly ClientRequestToken?: string;
}

/** A validated write of a transaction, with the existing item. */
interface Action {
  readonly kind: string;
  readonly write: WriteInput;
  readonly key: Key;
  readonly values: Record<string, unknown>;
  readonly found: Stored | undefined;
}

/** Emulated parameters. Any other parameter throws an error, so that none is ignored silently. */
const WRITE = ['TableName', 'ConditionExpression', 'ExpressionAttributeValues', 'ReturnValuesOnConditionCheckFailure'];
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  GetItem: ['TableName', 'Key', 'ConsistentRead'],
  BatchGetItem: ['RequestItems'],
  PutItem: [...WRITE, 'Item'],
  DeleteItem: [...WRITE, 'Key', 'ReturnValues'],
  UpdateItem: [...WRITE, 'Key', 'UpdateExpression', 'ReturnValues'],
  Query: [
    ...['TableName', 'KeyConditionExpression', 'FilterExpression', 'ExpressionAttributeValues'],
    ...['Limit', 'ExclusiveStartKey', 'Select', 'ConsistentRead'],
  ],
  TransactWriteItems: ['TransactItems', 'ClientRequestToken'],
  Put: [...WRITE, 'Item'],
  Delete: [...WRITE, 'Key'],
  Update: [...WRITE, 'Key', 'UpdateExpression'],
  ConditionCheck: [...WRITE, 'Key'],
};

/** Quotas of DynamoDB, in bytes and in items. */
const [ITEM_BYTES, PAGE_BYTES] = [400 * 1024, 1024 * 1024];
const [BATCH_GET, TRANSACTION] = [100, 100];

/** Milliseconds until all eventually consistent reads return a write. AWS: "typically within one second". */
const CONSISTENT_AFTER = 1000;

/** Lifetime of a client request token, in milliseconds. */
const TOKEN_LIFETIME = 600_000;

/**
 * DynamoDB in memory: operations in the format of its API. Each operation is immediate and atomic, except transactions with
 * a {@link Duration}. Readers see the items of such a transaction one after another, and until its end each other write of
 * one of them fails with a conflict:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 *
 * The suites in test/contracts test it and the embedded DynamoDB. It is stricter than DynamoDB: it rejects reads that do
 * not state their consistency, and parameters that it does not emulate.
 */
export class MemoryDynamoDB implements OperationCaller {
  /** Items by table, `pk` and `sk`. */
  private readonly tables: Map<string, Map<string, Map<string, Stored>>>;

  /** Items that were replaced, by the item that replaced them. */
  private readonly replaced = new WeakMap<Stored, { before: Stored | undefined; at: number }>();

  /** Completed transactions by client request token. */
  private readonly done = new Map<string, { input: TransactInput; at: number; until: number }>();

  /** Items of ongoing transactions, by table and key, each with the write of it that is not visible yet. */
  private readonly ongoing = new Map<string, () => void>();
  private readonly now: () => number;
  private readonly schedule: (run: () => void, milliseconds: number) => void;

  constructor(private readonly options: MemoryDynamoDBOptions) {
    this.tables = new Map(options.tables.map((name) => [name, new Map()]));
    this.now = options.now ?? Date.now;
    this.schedule = options.schedule ?? setTimeout;
  }

  /** Throws ServiceException. */
  async call<Answer>(operation: string, input: object): Promise<Answer> {
    return this.answer(operation, input) as Answer;
  }

  /**
   * Performs an operation. Throws ServiceException.
   *
   * @param duration of a transaction. Without it, the transaction is immediate.
   */
  answer(operation: string, input: object, duration?: Duration): object {
    checkParameters(operation, input);
    switch (operation) {
      case 'GetItem':
        return this.get(input as { TableName: string; Key: AttributeMap; ConsistentRead?: boolean });
      case 'BatchGetItem':
        return this.batchGet(input as BatchGetInput);
      case 'PutItem':
      case 'DeleteItem':
      case 'UpdateItem':
        return this.write(operation.slice(0, -'Item'.length), input as WriteInput);
      case 'Query':
        return this.query(input as QueryInput);
      default:
        return this.transact(input as TransactInput, duration);
    }
  }

  /** @returns every item of a table. */
  items(table: string): Item[] {
    return [...this.table(table).values()].flatMap((partition) => [...partition.values()].map(({ item }) => item));
  }

  /** Replaces all items of a table without a record in its stream, as a restore from a backup does. */
  restore(table: string, items: readonly Item[]): void {
    for (const finish of [...this.ongoing.values()]) {
      finish();
    }
    const partitions = this.table(table);
    partitions.clear();
    for (const item of items) {
      store(partitions, storedOf(item, marshall(item)));
    }
  }

  /** Deletes expired items, as DynamoDB does eventually. */
  sweep(table: string, seconds: number): void {
    for (const { pk, sk, expiresAt } of this.items(table)) {
      if (expiresAt <= seconds) {
        this.table(table).get(pk)?.delete(sk);
      }
    }
  }

  private get({ TableName, Key, ConsistentRead }: { TableName: string; Key: AttributeMap; ConsistentRead?: boolean }) {
    consistent(ConsistentRead);
    const found = this.find(TableName, keyOf(Key));
    return found ? { Item: found.attributes } : {};
  }

  private batchGet({ RequestItems }: BatchGetInput) {
    const requests = Object.entries(RequestItems);
    const keys = requests.flatMap(([table, { Keys }]) => Keys.map((key) => ({ table, ...keyOf(key) })));
    checkBatch(keys, BATCH_GET);
    const Responses = requests.map(([table, { Keys, ConsistentRead }]) => {
      const lags = ConsistentRead === false && this.options.lags?.();
      if (ConsistentRead !== false) {
        consistent(ConsistentRead);
      }
      const found = Keys.map((key) => this.find(table, keyOf(key))).map((stored) =>
        lags ? this.late(stored) : stored,
      );
      return [table, found.flatMap((stored) => (stored ? [stored.attributes] : []))];
    });
    return { Responses: Object.fromEntries(Responses), UnprocessedKeys: {} };
  }

  private write(kind: string, write: WriteInput): object {
    const action = this.actionOf(kind, write);
    const { found } = action;
    if (this.ongoing.has(placeOf(action))) {
      throw failure('TransactionConflictException', 'Transaction is ongoing for the item');
    }
    if (!passes(action)) {
      const members =
        write.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && found ? { Item: found.attributes } : {};
      throw failure('ConditionalCheckFailedException', 'The conditional request failed', members);
    }
    const after = this.afterOf(action);
    this.perform(action, after);
    this.report(action, after);
    const returned = write.ReturnValues === 'ALL_NEW' ? after : write.ReturnValues === 'ALL_OLD' ? found : undefined;
    return returned ? { Attributes: returned.attributes } : {};
  }

  private query(input: QueryInput): object {
    const { TableName, KeyConditionExpression, FilterExpression, ExpressionAttributeValues, ExclusiveStartKey } = input;
    consistent(input.ConsistentRead);
    const values = valuesOf(`${KeyConditionExpression} ${FilterExpression ?? ''}`, ExpressionAttributeValues);
    if (FilterExpression && /\b(pk|sk)\b/.test(FilterExpression)) {
      throw invalid('Filter Expression can only contain non-primary key attributes');
    }
    const partition = this.table(TableName).get(values[':pk'] as string) ?? new Map<string, Stored>();
    const after = ExclusiveStartKey ? keyOf(ExclusiveStartKey).sk : undefined;
    const matches = [...partition.values()]
      .filter(({ item }) => after === undefined || item.sk > after)
      .filter(({ item }) => holds({ expression: KeyConditionExpression, values }, item))
      .sort((a, b) => (a.item.sk < b.item.sk ? -1 : 1));
    const page = matches.slice(0, Math.min(input.Limit ?? Number.POSITIVE_INFINITY, fitting(matches)));
    const found = page.filter(({ item }) => !FilterExpression || holds({ expression: FilterExpression, values }, item));
    const last = page.at(-1);
    return {
      Count: found.length,
      ScannedCount: page.length,
      ...(input.Select !== 'COUNT' && { Items: found.map(({ attributes }) => attributes) }),
      // Also set if no item follows, because DynamoDB stops at the limit without looking further.
      ...(last && (page.length === input.Limit || page.length < matches.length) && { LastEvaluatedKey: keysOf(last) }),
    };
  }

  private transact(input: TransactInput, duration: Duration | undefined): object {
    const { TransactItems, ClientRequestToken: token } = input;
    if (TransactItems.length < 1 || TransactItems.length > TRANSACTION) {
      throw invalid(`TransactItems must have 1 to ${TRANSACTION} members, got ${TransactItems.length}`);
    }
    if (token !== undefined && (token.length < 1 || token.length > 36)) {
      throw invalid(`ClientRequestToken must have 1 to 36 characters, got ${JSON.stringify(token)}`);
    }
    const actions = TransactItems.map((each) => {
      const [[kind = '', write] = [], ...others] = Object.entries(each);
      if (!write || others.length > 0) {
        throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
      }
      checkParameters(kind, write);
      return this.actionOf(kind, write);
    });
    checkUnique(actions.map(({ write, key }) => ({ table: write.TableName, ...key })));
    if (this.isDone(token, input)) {
      return {};
    }
    const reasons = actions.map((action) =>
      this.ongoing.has(placeOf(action))
        ? { Code: 'TransactionConflict' }
        : passes(action)
          ? { Code: 'None' }
          : rejectionOf(action),
    );
    if (reasons.some(({ Code }) => Code !== 'None')) {
      throw cancelled(reasons);
    }
    const writes = actions.map((action) => ({ action, after: this.afterOf(action) }));
    for (const { action, after } of writes) {
      this.report(action, after);
      if (duration) {
        this.performWithin(duration, action, after);
      } else {
        this.perform(action, after);
      }
    }
    if (token !== undefined) {
      this.done.set(token, { input, at: this.now(), until: this.now() + (duration?.milliseconds ?? 0) });
    }
    return {};
  }

  /** Performs a write of a transaction after a part of its duration. Until its end, other writes of the item fail. */
  private performWithin({ milliseconds, share }: Duration, action: Action, after: Stored | undefined): void {
    const place = placeOf(action);
    let isDone = false;
    const finish = () => {
      if (!isDone) {
        isDone = true;
        this.perform(action, after);
      }
    };
    this.ongoing.set(place, finish);
    this.schedule(finish, milliseconds * share());
    this.schedule(() => this.ongoing.delete(place), milliseconds);
  }

  private isDone(token: string | undefined, input: TransactInput): boolean {
    const earlier = token === undefined ? undefined : this.done.get(token);
    if (!earlier || earlier.at + TOKEN_LIFETIME <= this.now()) {
      return false;
    }
    if (JSON.stringify(earlier.input) !== JSON.stringify(input)) {
      throw failure('IdempotentParameterMismatchException', 'The token is in use with different parameters');
    }
    if (earlier.until > this.now()) {
      throw failure('TransactionInProgressException', 'The transaction with the given token is already in progress');
    }
    return true;
  }

  private actionOf(kind: string, write: WriteInput): Action {
    const key = keyOf(write.Item ?? write.Key ?? {});
    const { ConditionExpression, UpdateExpression, ExpressionAttributeValues } = write;
    const values = valuesOf(`${ConditionExpression ?? ''} ${UpdateExpression ?? ''}`, ExpressionAttributeValues);
    return { kind, write, key, values, found: this.find(write.TableName, key) };
  }

  /** @returns the item after the write; undefined if there is none */
  private afterOf({ kind, write, key, values, found }: Action): Stored | undefined {
    if (kind === 'ConditionCheck') {
      return found;
    }
    if (kind === 'Delete') {
      return undefined;
    }
    const stored =
      kind === 'Put' ? put(write.Item ?? {}) : changed(found?.item ?? key, write.UpdateExpression ?? '', values);
    if (stored.bytes > ITEM_BYTES) {
      throw invalid(`Item size has exceeded the maximum allowed size, got ${stored.bytes} bytes`);
    }
    return stored;
  }

  private perform({ kind, write, key, found }: Action, after: Stored | undefined): void {
    const partitions = this.table(write.TableName);
    if (kind === 'Delete') {
      partitions.get(key.pk)?.delete(key.sk);
    } else if (kind !== 'ConditionCheck' && after) {
      store(partitions, after);
      this.replaced.set(after, { before: found, at: this.now() });
    }
  }

  private report({ kind, write, found }: Action, after: Stored | undefined): void {
    if (after && kind !== 'ConditionCheck') {
      this.options.written?.(write.TableName, {
        eventName: found ? 'MODIFY' : 'INSERT',
        Keys: keysOf(after),
        NewImage: after.attributes,
      });
    }
  }

  /** @returns the item before its last write, if that was less than a second ago. */
  private late(stored: Stored | undefined): Stored | undefined {
    const last = stored && this.replaced.get(stored);
    return last && last.at + CONSISTENT_AFTER > this.now() ? last.before : stored;
  }

  private find(table: string, { pk, sk }: Key): Stored | undefined {
    return this.table(table).get(pk)?.get(sk);
  }

  private table(name: string): Map<string, Map<string, Stored>> {
    const table = this.tables.get(name);
    if (!table) {
      throw failure('ResourceNotFoundException', `Requested resource not found: ${name}`);
    }
    return table;
  }
}

/** @returns the exception of a canceled transaction. */
export function cancelled(CancellationReasons: readonly { readonly Code: string }[]): ServiceException {
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  return failure('TransactionCanceledException', `Transaction cancelled [${codes}]`, { CancellationReasons });
}

/** @returns an exception of DynamoDB. */
export function failure(name: string, message: string, members: object = {}, status = 400): ServiceException {
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...members };
  return new ServiceException(name, message, status, body);
}

const invalid = (message: string): ServiceException => failure('ValidationException', message);

function checkParameters(operation: string, input: object): void {
  const known = PARAMETERS[operation];
  const unknown = Object.keys(input).filter((name) => !known?.includes(name));
  if (!known || unknown.length > 0) {
    throw new Error(`Not emulated: ${operation} ${unknown.join(', ')}`);
  }
}

function consistent(ConsistentRead: boolean | undefined): void {
  if (ConsistentRead !== true) {
    throw new Error('Not emulated: a read that is not consistent');
  }
}

function checkBatch(keys: readonly ({ table: string } & Key)[], most: number): void {
  if (keys.length < 1 || keys.length > most) {
    throw invalid(`A batch must have 1 to ${most} items, got ${keys.length}`);
  }
  checkUnique(keys);
}

function checkUnique(keys: readonly ({ table: string } & Key)[]): void {
  if (new Set(keys.map(({ table, pk, sk }) => `${table} ${pk} ${sk}`)).size < keys.length) {
    throw invalid('A request cannot include multiple operations on one item');
  }
}

/** @returns the values of a request's expressions. Throws if one is missing or unused. */
function valuesOf(expressions: string, given: AttributeMap = {}): Record<string, unknown> {
  const used = valuesIn(expressions);
  const names = Object.keys(given);
  if (names.length !== used.size || names.some((name) => !used.has(name))) {
    throw invalid(`Expressions use the values ${[...used]}, got ${names}`);
  }
  return unmarshall(given);
}

const placeOf = ({ write, key: { pk, sk } }: Action): string => `${write.TableName} ${pk} ${sk}`;

function passes({ write: { ConditionExpression }, values, found }: Action): boolean {
  return ConditionExpression === undefined || holds({ expression: ConditionExpression, values }, found?.item);
}

function rejectionOf({ write, found }: Action): { Code: string } {
  const item = write.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && found ? { Item: found.attributes } : {};
  return { Code: 'ConditionalCheckFailed', ...item };
}

function changed(item: Item, expression: string, values: Record<string, unknown>): Stored {
  const after = updated(item, expression, values);
  if (!after) {
    throw invalid('The provided expression refers to an attribute that does not exist in the item');
  }
  return storedOf(after, marshall(after));
}

function store(partitions: Map<string, Map<string, Stored>>, stored: Stored): void {
  const { pk, sk } = stored.item;
  const partition = partitions.get(pk) ?? new Map<string, Stored>();
  partition.set(sk, stored);
  partitions.set(pk, partition);
}

const put = (attributes: AttributeMap): Stored => storedOf(unmarshall(attributes) as Item, attributes);

const storedOf = (item: Item, attributes: AttributeMap): Stored => ({ item, attributes, bytes: bytesOf(attributes) });

function keyOf(attributes: AttributeMap): Key {
  const { pk, sk } = attributes as Record<string, { S?: string } | undefined>;
  if (!pk?.S || !sk?.S) {
    throw invalid('The provided key element does not match the schema');
  }
  return { pk: pk.S, sk: sk.S };
}

const keysOf = ({ item: { pk, sk } }: Stored): AttributeMap => ({ pk: { S: pk }, sk: { S: sk } });

/** Size of names and values in bytes. A number has up to 21. Lists and maps count as JSON, which is slightly longer. */
function bytesOf(attributes: AttributeMap): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(attributes)) {
    bytes +=
      name.length + ('S' in value ? Buffer.byteLength(value.S) : 'N' in value ? 21 : JSON.stringify(value).length);
  }
  return bytes;
}

/** @returns the number of leading items that fit into a page. */
function fitting(items: readonly Stored[]): number {
  let bytes = 0;
  const end = items.findIndex((item) => {
    bytes += item.bytes;
    return bytes > PAGE_BYTES;
  });
  return end < 0 ? items.length : Math.max(1, end);
}
