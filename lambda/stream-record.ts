import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import type { Item } from './adapters/table';
import { type AttributeMap, unmarshall } from './aws/attribute-values';

/** @returns the item in a record of a table's stream, after the change. Throws if it cannot be parsed. */
export function newImageOf({ dynamodb }: DynamoDBRecord): Item {
  return unmarshall((dynamodb?.NewImage ?? {}) as AttributeMap) as Item;
}

/** @returns the response that makes Lambda retry from a record on; without a record, all records of the batch succeeded. */
export function retryFrom(record: DynamoDBRecord | undefined): DynamoDBBatchResponse {
  return { batchItemFailures: record ? [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' }] : [] };
}
