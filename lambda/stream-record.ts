import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import type { Item } from './adapters/table';
import { type AttributeMap, unmarshall } from './aws/attribute-values';

/** @returns the item that a record of a table's stream brings, as it is after the change. Throws if it cannot be read. */
export function newImageOf({ dynamodb }: DynamoDBRecord): Item {
  return unmarshall((dynamodb?.NewImage ?? {}) as AttributeMap) as Item;
}

/** @returns the answer after which Lambda brings a record, and those after it, again; none if all are done. */
export function retryFrom(record: DynamoDBRecord | undefined): DynamoDBBatchResponse {
  return { batchItemFailures: record ? [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' }] : [] };
}
