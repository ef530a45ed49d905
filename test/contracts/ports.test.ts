import { randomUUID } from 'node:crypto';
import { ConnectionTable } from '../../lambda/adapters/connection-table';
import { DynamoMessageLog } from '../../lambda/adapters/message-log';
import { Table } from '../../lambda/adapters/table';
import { type EmbeddedDynamoDB, embeddedDynamoDB } from '../embedded/dynamodb';
import { MemoryConnections } from '../memory/connections';
import { MemoryMessageLog } from '../memory/message-log';
import { asTable, MemoryTable } from '../memory/table';
import { describeConnections } from './connections';
import { describeMessageLog, RETENTION_SECONDS } from './message-log';

describe('in memory', () => {
  describe('the message log', () => {
    describeMessageLog((clock) => new MemoryMessageLog(clock, RETENTION_SECONDS, randomUUID));
  });
  describe('the connection table', () => {
    describeConnections((clock) => new MemoryConnections(clock));
  });
});

describe('on a table in memory', () => {
  const table = asTable(new MemoryTable());
  describe('the message log', () => {
    describeMessageLog(
      (clock) => new DynamoMessageLog({ table, retentionSeconds: RETENTION_SECONDS, clock, newId: randomUUID }),
    );
  });
  describe('the connection table', () => {
    describeConnections((clock) => new ConnectionTable(table, clock));
  });
});

describe('on DynamoDB', () => {
  let dynamo: EmbeddedDynamoDB;
  beforeAll(async () => {
    dynamo = await embeddedDynamoDB('log', 'connections');
  });
  afterAll(() => dynamo.close());

  describe('the message log', () => {
    describeMessageLog(
      (clock) =>
        new DynamoMessageLog({
          table: new Table(dynamo.client, 'log', clock),
          retentionSeconds: RETENTION_SECONDS,
          clock,
          newId: randomUUID,
        }),
    );
  });
  describe('the connection table', () => {
    describeConnections((clock) => new ConnectionTable(new Table(dynamo.client, 'connections', clock), clock));
  });
});
