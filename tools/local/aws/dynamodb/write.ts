import { checkConditional, createKey, validateKey } from 'dynalite/db';
import { Failure } from '../failure';
import type { Draft } from './draft';
import { invalid } from './dynamodb-failures';
import { type Attributes, type DynaliteError, failureOf, type OperationName, type Store, validated } from './engine';

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

/** Performs the write in the draft. If its condition fails, the error contains the item if the caller requested it. */
export function performWrite(draft: Draft, write: Write): object {
  try {
    return write.name === 'ConditionCheckItem' ? check(draft, write) : draft.act(write.name, write.data);
  } catch (error) {
    if (error instanceof Failure && isFailedCondition(error) && write.returnsItemOnFailure) {
      throw new Failure(error.type, error.message, error.status, { Item: itemOf(draft, write) });
    }
    throw error;
  }
}

export function isFailedCondition({ type }: Failure): boolean {
  return type.endsWith('#ConditionalCheckFailedException');
}

function check(draft: Draft, write: Write): object {
  const table = draft.table(write.data.TableName);
  const error: DynaliteError | null | undefined =
    validateKey(write.data.Key ?? {}, table) ?? checkConditional(write.data, itemOf(draft, write));
  if (error) {
    throw failureOf(error);
  }
  return {};
}

function itemOf(draft: Draft, { data }: Write): Attributes | undefined {
  const key = createKey(data.Key ?? data.Item ?? {}, draft.table(data.TableName));
  return draft.item(data.TableName, key);
}
