import { checkConditional, validateKey } from 'dynalite/db';
import { Failure } from '../failure';
import type { Draft } from './draft';
import { invalid, transactionConflict } from './dynamodb-failures';
import { type Attributes, failureOf, type OperationName, type Store, validated } from './engine';
import { type Place, placeOf } from './place';
import { type Throughput, writeUnits } from './throughput';

/** A write of one item, or a condition check of one item within a transaction. */
export interface Write {
  readonly name: 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem';
  /** Validated. */
  readonly data: { readonly TableName: string; readonly Key?: Attributes; readonly Item?: Attributes };
  /** ReturnValuesOnConditionCheckFailure is ALL_OLD. */
  readonly returnsItemOnFailure: boolean;
}

/** @returns the write for this input. Throws if the input is invalid */
export function parseWrite(name: Write['name'], input: Record<string, unknown>, store: Store): Write {
  // A condition check has the same input as a deletion: a key and a condition.
  const checkedAs: OperationName = name === 'ConditionCheckItem' ? 'DeleteItem' : name;
  if (name === 'ConditionCheckItem' && !input.ConditionExpression) {
    throw invalid("Value null at 'conditionExpression' failed to satisfy constraint: Member must not be null");
  }
  return {
    name,
    data: validated(checkedAs, input, store) as unknown as Write['data'],
    returnsItemOnFailure: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
  };
}

/**
 * Performs the write in the draft. If its condition fails, the error contains the item if the caller requested it, and the
 * write consumes units nevertheless.
 *
 * @param times factor of the consumed units. @default 1
 */
export function performWrite(draft: Draft, write: Write, throughput: Throughput, times = 1): object {
  const place = placeOf(draft.table(write.data.TableName), write.data.Key ?? write.data.Item ?? {});
  admitWrite(draft, place, throughput);
  const before = place && draft.item(place);
  const consume = (after: Attributes | undefined) =>
    throughput.consume('write', place?.partition, times * writeUnits(before, after));
  try {
    const answer =
      write.name === 'ConditionCheckItem' ? check(draft, write, before) : draft.act(write.name, write.data);
    consume(write.name === 'ConditionCheckItem' ? undefined : draft.changes.at(-1)?.after);
    return answer;
  } catch (error) {
    if (error instanceof Failure && isFailedCondition(error)) {
      consume(undefined);
      throw write.returnsItemOnFailure ? new Failure(error.type, error.message, error.status, { Item: before }) : error;
    }
    throw error;
  }
}

/** Throws if the partition key has no units left, or if the item belongs to an ongoing transaction. */
export function admitWrite(draft: Draft, place: Place | undefined, throughput: Throughput): void {
  throughput.check('write', place?.partition);
  if (place && draft.isOngoing(place)) {
    throw transactionConflict();
  }
}

function isFailedCondition({ type }: Failure): boolean {
  return type.endsWith('#ConditionalCheckFailedException');
}

function check(draft: Draft, write: Write, existing: Attributes | undefined): object {
  const table = draft.table(write.data.TableName);
  const error = validateKey(write.data.Key ?? {}, table) ?? checkConditional(write.data, existing);
  if (error) {
    throw failureOf(error);
  }
  return {};
}
