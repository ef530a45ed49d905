import { Failure } from '../failure';
import type { Database } from './database';
import { invalid } from './dynamodb-failures';
import { type Attributes, type Store, validated } from './engine';
import { isFailedCondition, parseWrite, performWrite, type Write } from './write';

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

/** Performs all writes, or none and throws a reason for each. Does nothing if the same request was already performed. */
export function transactWrite(
  database: Database,
  writes: readonly Write[],
  once: { isDone(): boolean; remember(): void },
): Promise<object> {
  rejectDuplicates(
    database,
    writes.map(({ data }) => ({ TableName: data.TableName, Key: data.Key ?? data.Item ?? {} })),
  );
  return database.write((draft) => {
    if (!once.isDone()) {
      all(writes, (write) => performWrite(draft, write));
      once.remember();
    }
    return {};
  });
}

/** Reads all items in one consistent state. */
export function transactGet(database: Database, reads: readonly Read[]): Promise<object> {
  rejectDuplicates(database, reads);
  return database.write((draft) => ({ Responses: all(reads, (read) => draft.act('GetItem', read)) }));
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

function rejectDuplicates(database: Database, targets: readonly Read[]): void {
  const identities = targets.map(({ TableName, Key }) =>
    JSON.stringify([
      TableName,
      database.tables.get(TableName)?.KeySchema.map(({ AttributeName }) => Key[AttributeName]),
    ]),
  );
  if (new Set(identities).size < identities.length) {
    throw invalid('Transaction request cannot include multiple operations on one item');
  }
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

function reasonOf(error: unknown): Reason {
  if (error instanceof Failure && isFailedCondition(error)) {
    return { Code: 'ConditionalCheckFailed', Message: error.message, ...error.fields };
  }
  if (error instanceof Failure && error.type.endsWith('#ValidationException')) {
    return { Code: 'ValidationError', Message: error.message };
  }
  throw error;
}

/** The error for a cancelled transaction. */
export function cancelled(CancellationReasons: readonly Reason[]): Failure {
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new Failure('com.amazonaws.dynamodb.v20120810#TransactionCanceledException', message, 400, {
    CancellationReasons,
  });
}
