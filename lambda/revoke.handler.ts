import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { departureOf } from './adapters/admission-table';
import { type AttributeMap, unmarshall } from './aws/attribute-values';
import { ConnectionTable } from './adapters/connection-table';
import { ManagementApi } from './adapters/management-api';
import { systemClock } from './system-clock';
import { dynamoClient, type Item, Table } from './adapters/table';
import { required } from './environment';
import { errorFields, logLine } from './logger';
import { type Departure, depart } from './realtime/revocation';

/** Kept for the answer, in milliseconds. */
const RESERVE = 3000;

const gate = new ManagementApi(required('MANAGEMENT_ENDPOINT'));
const connections = new ConnectionTable(
  new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock),
  systemClock,
);

/**
 * The admission table's stream → the connections that must close. The event source passes logouts and wishes to close
 * only. The first record that fails ends the batch: it and those after it come again.
 */
export async function handler(
  { Records }: DynamoDBStreamEvent,
  context: { getRemainingTimeInMillis(): number },
): Promise<DynamoDBBatchResponse> {
  const deadline = systemClock.now() + context.getRemainingTimeInMillis() - RESERVE;
  let closed = 0;
  for (const record of Records) {
    try {
      closed += await depart(departure(record), { connections, gate, clock: systemClock, deadline });
    } catch (error) {
      logLine({ event: 'revoke_failed', ...errorFields(error) });
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' }] };
    }
  }
  logLine({ event: 'revoked', records: Records.length, closed });
  return { batchItemFailures: [] };
}

function departure({ dynamodb }: DynamoDBRecord): Departure {
  return departureOf(unmarshall((dynamodb?.NewImage ?? {}) as AttributeMap) as Item);
}
