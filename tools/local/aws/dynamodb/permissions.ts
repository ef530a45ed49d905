import type { Permission } from '../service';
import type { Database } from './database';
import type { Attributes } from './engine';
import { equalTo } from './reads';
import type { Read } from './transaction';
import type { Write } from './write';

/** Permissions that the operations of DynamoDB require. Source: "Actions, resources, and condition keys for Amazon DynamoDB". */
export class Permissions {
  constructor(
    private readonly database: Database,
    private readonly arnOf: (table: string) => string,
  ) {}

  /** @param data validated */
  ofOperation(operation: string, data: Record<string, unknown>): Permission[] {
    const action = `dynamodb:${operation}`;
    if (operation === 'ListTables') {
      return [{ action, resource: '*' }];
    }
    if (data.RequestItems) {
      return Object.entries(data.RequestItems).map(([table, requests]) => ({
        action,
        resource: this.arnOf(table),
        context: this.leadingKeys(table, keysOfBatch(requests)),
      }));
    }
    const table = String(data.TableName);
    const resource = data.IndexName ? `${this.arnOf(table)}/index/${data.IndexName}` : this.arnOf(table);
    const ofQuery = equalTo(data.KeyConditions as object | undefined);
    const items = [data.Key, data.Item, ofQuery].filter((item): item is Attributes => item !== undefined);
    return [{ action, resource, context: this.leadingKeys(table, items, data.IndexName) }];
  }

  /** Permissions of a transaction: each write requires the same permission as outside of a transaction. */
  ofTransactWrite(writes: readonly Write[]): Permission[] {
    return writes.map(({ name, data: { TableName, Key, Item } }) => ({
      action: `dynamodb:${name}`,
      resource: this.arnOf(TableName),
      context: this.inTransaction('TransactWriteItems', TableName, Key ?? Item ?? {}),
    }));
  }

  ofTransactGet(reads: readonly Read[]): Permission[] {
    return reads.map(({ TableName, Key }) => ({
      action: 'dynamodb:GetItem',
      resource: this.arnOf(TableName),
      context: this.inTransaction('TransactGetItems', TableName, Key),
    }));
  }

  private inTransaction(enclosing: string, table: string, key: Attributes): Permission['context'] {
    return { ...this.leadingKeys(table, [key]), 'dynamodb:EnclosingOperation': enclosing };
  }

  /** The values of the partition key in the request. */
  private leadingKeys(table: string, items: readonly Attributes[], index?: unknown): Permission['context'] {
    const description = this.database.tables.get(table);
    const indexes = [...(description?.GlobalSecondaryIndexes ?? []), ...(description?.LocalSecondaryIndexes ?? [])];
    const schema = index ? indexes.find(({ IndexName }) => IndexName === index)?.KeySchema : description?.KeySchema;
    const partitionKey = schema?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
    const values = items.flatMap((item) => Object.values(item[partitionKey] ?? {}).map(String));
    return values.length > 0 ? { 'dynamodb:LeadingKeys': [...new Set(values)] } : {};
  }
}

interface BatchRequest {
  readonly PutRequest?: { readonly Item: Attributes };
  readonly DeleteRequest?: { readonly Key: Attributes };
}

/** @param requests of one table in BatchGetItem or BatchWriteItem */
function keysOfBatch(requests: { readonly Keys: Attributes[] } | readonly BatchRequest[]): Attributes[] {
  return 'Keys' in requests
    ? requests.Keys
    : requests.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key ?? {});
}
