import { createKey, validateKey } from 'dynalite/db';
import type { Attributes, KeySchema, TableDescription } from './engine';

/** Items of one table or index with the same partition key. */
export interface Partition {
  readonly table: string;
  readonly index?: string;
  /** The value of the partition key, as a key of dynalite. */
  readonly key: string;
}

export interface ItemKey {
  readonly table: string;
  /** A key from dynalite's `createKey`. */
  readonly key: string;
}

/** An item that a request reads or writes. */
export interface Place extends ItemKey {
  readonly partition: Partition;
}

/**
 * @param attributes the key of an item, also together with its other attributes
 * @returns undefined if the key is invalid: the operation itself rejects it
 */
export function placeOf(table: TableDescription, attributes: Attributes): Place | undefined {
  const key = keyOf(table.KeySchema, attributes);
  const partition = partitionOf(table, attributes);
  return partition && !validateKey(key, table)
    ? { table: table.TableName, key: createKey(key, table), partition }
    : undefined;
}

/** @returns undefined if the partition key is invalid, or if the table does not have the index */
export function partitionOf(table: TableDescription, attributes: Attributes, index?: string): Partition | undefined {
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  const { KeySchema = [] } = index ? (indexes.find(({ IndexName }) => IndexName === index) ?? {}) : table;
  const schema = KeySchema.filter(({ KeyType }) => KeyType === 'HASH');
  const key = keyOf(schema, attributes);
  return schema.length === 0 || validateKey(key, table, schema)
    ? undefined
    : { table: table.TableName, ...(index && { index }), key: createKey(key, table, schema) };
}

/** @returns the attributes that the schema names */
export function keyOf(schema: KeySchema, attributes: Attributes): Attributes {
  const names = schema.map(({ AttributeName }) => AttributeName);
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}
