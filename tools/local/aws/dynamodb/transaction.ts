import { Failure } from '../failure';
import type { Database } from './database';
import { type Draft, itemKey } from './draft';
import { invalid, transactionConflict } from './dynamodb-failures';
import { type Attributes, type Store, validated } from './engine';
import type { Idempotency } from './idempotency';
import { type Place, placeOf } from './place';
import { readUnits, type Throughput } from './throughput';
import { parseWrite, performWrite, type Write } from './write';

/** Quota of TransactWriteItems and TransactGetItems. */
const MAX_ACTIONS = 100;

/** Actions of a transaction by their names in the API, and the single writes that they correspond to. */
const WRITES = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
} as const;

/** @param items TransactItems of TransactWriteItems */
export function parseTransactWrite(items: unknown, store: Store): Write[] {
  return actionsOf(items).map((item) => {
    const [[kind, input] = [], ...others] = Object.entries(item);
    if (!kind || !input || !(kind in WRITES) || others.length > 0) {
      throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
    }
    return parseWrite(WRITES[kind as keyof typeof WRITES], input, store);
  });
}

/** A read of one item: the validated input of GetItem. */
export interface Read {
  readonly TableName: string;
  readonly Key: Attributes;
}

/** @param items TransactItems of TransactGetItems */
export function parseTransactGet(items: unknown, store: Store): Read[] {
  return actionsOf(items).map(({ Get }) => {
    if (!Get) {
      throw invalid('TransactItems can only contain Get');
    }
    return validated('GetItem', Get, store) as unknown as Read;
  });
}

/** The parts of DynamoDB that a transaction uses. */
interface Parts {
  readonly database: Database;
  readonly throughput: Throughput;
  readonly idempotency: Idempotency;
}

/** A transaction reads or writes each item twice: "Amazon DynamoDB Transactions: How it works". */
const UNITS = 2;

/**
 * Performs all writes, or none and throws a reason for each. Does nothing if the same request was already performed. Checks
 * the token first, and then each item: its throughput, other transactions, its condition. AWS documents no order.
 *
 * @param request the input of TransactWriteItems
 */
export async function transactWrite(
  { database, throughput, idempotency }: Parts,
  writes: readonly Write[],
  request: Readonly<Record<string, unknown>>,
): Promise<object> {
  const places = placesOf(
    database,
    writes.map(({ data }) => ({ TableName: data.TableName, Key: data.Key ?? data.Item ?? {} })),
  );
  let begun = false;
  try {
    await database.transact(places, (draft) => {
      if (idempotency.isDone(request)) {
        return false;
      }
      all(writes, (write) => performWrite(draft, write, throughput, UNITS));
      idempotency.begin(request);
      begun = true;
      return true;
    });
  } catch (error) {
    if (begun) {
      idempotency.abandon(request);
    }
    throw error;
  }
  idempotency.end(request);
  return {};
}

/** Reads all items in one consistent state. */
export function transactGet(database: Database, throughput: Throughput, reads: readonly Read[]): Promise<object> {
  placesOf(database, reads);
  return database.write((draft) => ({ Responses: all(reads, (read) => performRead(draft, read, throughput)) }));
}

function performRead(draft: Draft, read: Read, throughput: Throughput): object {
  const place = placeOf(draft.table(read.TableName), read.Key);
  throughput.check('read', place?.partition);
  if (place && draft.isOngoing(place)) {
    throw transactionConflict();
  }
  throughput.consume('read', place?.partition, UNITS * readUnits(place && draft.item(place), true));
  return draft.act('GetItem', read);
}

function actionsOf(items: unknown): Record<string, Record<string, unknown>>[] {
  if (!Array.isArray(items) || items.length < 1 || items.length > MAX_ACTIONS) {
    throw invalid(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ` +
        `less than or equal to ${MAX_ACTIONS} and greater than or equal to 1`,
    );
  }
  return items;
}

/** @returns the items. Throws if one occurs twice. An item that does not fit its table is absent: its action fails. */
function placesOf(database: Database, targets: readonly Read[]): Place[] {
  const places = targets.flatMap(({ TableName, Key }) => placeOf(database.table(TableName), Key) ?? []);
  if (new Set(places.map(itemKey)).size < places.length) {
    throw invalid('Transaction request cannot include multiple operations on one item');
  }
  return places;
}

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: object;
}

/** @returns every outcome. Throws with a reason for each action if any fails */
function all<T>(actions: readonly T[], perform: (action: T) => object): object[] {
  const outcomes = actions.map((action): { answer: object } | { reason: Reason } => {
    try {
      return { answer: perform(action) };
    } catch (error) {
      return { reason: reasonOf(error) };
    }
  });
  const reasons = outcomes.map((outcome): Reason => ('reason' in outcome ? outcome.reason : { Code: 'None' }));
  if (outcomes.some((outcome) => 'reason' in outcome)) {
    throw cancelled(reasons);
  }
  return outcomes.flatMap((outcome) => ('answer' in outcome ? [outcome.answer] : []));
}

/** Codes of cancellation reasons by exception: API reference of TransactionCanceledException. */
const REASONS: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  ProvisionedThroughputExceededException: 'ProvisionedThroughputExceeded',
  ThrottlingException: 'ThrottlingError',
  TransactionConflictException: 'TransactionConflict',
  ValidationException: 'ValidationError',
};

function reasonOf(error: unknown): Reason {
  const Code = error instanceof Failure ? REASONS[error.type.split('#')[1] ?? ''] : undefined;
  if (!(error instanceof Failure) || !Code) {
    throw error;
  }
  const { Item } = error.fields as { Item?: object };
  return { Code, Message: error.message, ...(Item && { Item }) };
}

/** The error for a cancelled transaction. */
export function cancelled(CancellationReasons: readonly Reason[]): Failure {
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new Failure('com.amazonaws.dynamodb.v20120810#TransactionCanceledException', message, 400, {
    CancellationReasons,
  });
}
