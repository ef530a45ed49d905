import { itemSize } from 'dynalite/db';
import { Failure } from '../failure';
import type { Database } from './database';
import type { Draft } from './draft';
import { invalid, isConflict, isThrottled } from './dynamodb-failures';
import { type Attributes, type Store, validated } from './engine';
import { placeOf } from './place';
import { readUnits, type Throughput, writeUnits } from './throughput';
import { admitWrite } from './write';

/** Maximum number of writes. Source: API reference of BatchWriteItem. */
const MAX_WRITES = 25;

/**
 * Maximum bytes of the items that BatchGetItem returns, and of those from one partition. Source: API reference of
 * BatchGetItem, which returns 52 of 100 items of 300 KB.
 */
const [MAX_READ_BYTES, MAX_PARTITION_BYTES] = [16_000_000, 1024 * 1024];

interface WriteRequest {
  readonly PutRequest?: { readonly Item: Attributes };
  readonly DeleteRequest?: { readonly Key: Attributes };
}

/** Validated input of BatchWriteItem. */
interface BatchWrite {
  readonly RequestItems: Readonly<Record<string, readonly WriteRequest[]>>;
}

/** Input of BatchGetItem. */
export interface BatchGet {
  readonly RequestItems: Readonly<
    Record<string, { readonly Keys: readonly Attributes[]; readonly ConsistentRead?: boolean }>
  >;
}

export function parseBatchWrite(input: object, store: Store): BatchWrite {
  const data = validated('BatchWriteItem', input, store) as unknown as BatchWrite;
  if (Object.values(data.RequestItems).flat().length > MAX_WRITES) {
    throw invalid('Too many items requested for the BatchWriteItem call');
  }
  return data;
}

/**
 * Performs the writes in the draft, except those beyond the throughput of their partition key, and those of items in ongoing
 * transactions. The latter is not documented for BatchWriteItem, but its API reference has no error for a conflict.
 */
export function batchWrite(draft: Draft, data: BatchWrite, throughput: Throughput): object {
  const { RequestItems } = data;
  const [admitted, UnprocessedItems] = divided(RequestItems, (table, { PutRequest, DeleteRequest }) => {
    const place = placeOf(draft.table(table), PutRequest?.Item ?? DeleteRequest?.Key ?? {});
    admitWrite(draft, place, throughput);
    const before = place && draft.item(place);
    throughput.consume('write', place?.partition, writeUnits(before, PutRequest?.Item));
    return true;
  });
  const answer =
    Object.keys(admitted).length === 0 ? {} : draft.act('BatchWriteItem', { ...data, RequestItems: admitted });
  return { ...answer, UnprocessedItems };
}

/**
 * Performs BatchGetItem, without the keys beyond the throughput of their partition key and beyond the limits of a response.
 *
 * @param input the request before validation: the properties of its tables are those of UnprocessedKeys
 */
export async function batchGet(
  database: Database,
  throughput: Throughput,
  data: BatchGet,
  input: BatchGet,
): Promise<object> {
  const { RequestItems } = data;
  let total = 0;
  const byPartition = new Map<string, number>();
  const isBeyond = (partition: string, bytes: number) => {
    const ofPartition = byPartition.get(partition) ?? 0;
    const beyond = total + bytes > MAX_READ_BYTES || (ofPartition > 0 && ofPartition + bytes > MAX_PARTITION_BYTES);
    if (!beyond) {
      total += bytes;
      byPartition.set(partition, ofPartition + bytes);
    }
    return beyond;
  };
  const keys = Object.fromEntries(Object.entries(RequestItems).map(([table, { Keys }]) => [table, Keys]));
  const [admitted, unprocessed] = divided(keys, (table, key) => {
    const place = placeOf(database.table(table), key);
    throughput.check('read', place?.partition);
    const item = place && database.item(place);
    if (place && item && isBeyond(`${table}~${place.partition.key}`, itemSize(item))) {
      return false;
    }
    throughput.consume('read', place?.partition, readUnits(item, RequestItems[table]?.ConsistentRead === true));
    return true;
  });
  const UnprocessedKeys = withKeys(input.RequestItems, unprocessed);
  const answer =
    Object.keys(admitted).length === 0
      ? { Responses: {} }
      : await database.read('BatchGetItem', { ...data, RequestItems: withKeys(RequestItems, admitted) });
  return { ...answer, UnprocessedKeys };
}

type ByTable<T> = Readonly<Record<string, readonly T[]>>;

/**
 * @param admit returns false if a request is not processed, or throws the error of a single operation
 * @returns the requests that are processed, and the others. Throws if all are throttled
 */
function divided<T>(requests: ByTable<T>, admit: (table: string, request: T) => boolean): [ByTable<T>, ByTable<T>] {
  const processed: Record<string, T[]> = {};
  const unprocessed: Record<string, T[]> = {};
  const failures: Failure[] = [];
  for (const [table, request] of Object.entries(requests).flatMap(([name, all]) =>
    all.map((one) => [name, one] as const),
  )) {
    const failure = failureOf(() => admit(table, request));
    failures.push(...(failure instanceof Failure ? [failure] : []));
    const list = failure ? unprocessed : processed;
    list[table] = [...(list[table] ?? []), request];
  }
  const [first] = failures;
  if (first && Object.keys(processed).length === 0 && failures.every(isThrottled)) {
    throw first;
  }
  return [processed, unprocessed];
}

/** @returns the reason why a request is not processed; undefined if it is */
function failureOf(admit: () => boolean): Failure | 'beyond the limits' | undefined {
  try {
    return admit() ? undefined : 'beyond the limits';
  } catch (error) {
    if (error instanceof Failure && (isThrottled(error) || isConflict(error))) {
      return error;
    }
    throw error;
  }
}

/** @returns the properties of the tables with these keys */
function withKeys(tables: BatchGet['RequestItems'], keys: ByTable<Attributes>): BatchGet['RequestItems'] {
  return Object.fromEntries(Object.entries(keys).map(([table, Keys]) => [table, { ...tables[table], Keys }]));
}
