import type { Database } from './database';
import type { Attributes, AttributeValue } from './engine';
import { partitionOf, placeOf } from './place';
import { readUnits, type Throughput } from './throughput';

/** Validated input of GetItem or Query. */
interface ReadInput {
  readonly TableName: string;
  readonly ConsistentRead?: boolean;
  readonly ReturnConsumedCapacity?: string;
}

/** Performs GetItem. @param data validated */
export function getItem(
  database: Database,
  throughput: Throughput,
  data: ReadInput & { readonly Key: Attributes },
): Promise<object> {
  const place = placeOf(database.table(data.TableName), data.Key);
  throughput.check('read', place?.partition);
  throughput.consume('read', place?.partition, readUnits(place && database.item(place), data.ConsistentRead === true));
  return database.read('GetItem', data);
}

/** Performs Query. @param data validated */
export async function query(
  database: Database,
  throughput: Throughput,
  data: ReadInput & { readonly IndexName?: string; readonly KeyConditions?: object },
): Promise<object> {
  const table = database.table(data.TableName);
  const partition = partitionOf(table, equalTo(data.KeyConditions), data.IndexName);
  throughput.check('read', partition);
  // Consumed at once, so that concurrent queries see it. The units of all items that it reads are known at its end.
  const least = readUnits(undefined, data.ConsistentRead === true);
  throughput.consume('read', partition, least);
  const { ReturnConsumedCapacity = 'NONE' } = data;
  const requested = ReturnConsumedCapacity !== 'NONE';
  const { ConsumedCapacity, ...answer } = (await database.read('Query', {
    ...data,
    ReturnConsumedCapacity: requested ? ReturnConsumedCapacity : 'TOTAL',
  })) as { ConsumedCapacity: { CapacityUnits: number } };
  throughput.consume('read', partition, Math.max(0, ConsumedCapacity.CapacityUnits - least));
  return requested ? { ...answer, ConsumedCapacity } : answer;
}

/** @returns the values that the conditions compare with, by attribute. The partition key has exactly one. */
export function equalTo(conditions: object = {}): Attributes {
  const entries = Object.entries(conditions as Record<string, { readonly AttributeValueList: AttributeValue[] }>);
  return Object.fromEntries(entries.map(([name, { AttributeValueList }]) => [name, AttributeValueList[0] ?? {}]));
}
