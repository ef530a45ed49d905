import { randomUUID } from 'node:crypto';
import { AdmissionTable } from '../../lambda/adapters/admission-table';
import { DynamoMessageLog } from '../../lambda/adapters/message-log';
import { SubscriptionTable } from '../../lambda/adapters/subscription-table';
import { Table } from '../../lambda/adapters/table';
import { DynamoConnectionOpener } from '../../lambda/adapters/connection-opener';
import type { Clock } from '../../lambda/realtime/ports';
import { type EmbeddedDynamoDB, embeddedDynamoDB } from '../support/embedded/dynamodb';
import { MemoryAdmission } from '../support/memory/admission';
import { MemoryConnections } from '../support/memory/connections';
import { MemoryMessageLog } from '../support/memory/message-log';
import { MemoryDynamoDB } from '../support/memory/dynamodb';
import { describeAdmission, LIMITS } from './admission';
import { describeConnections } from './connections';
import { describeDynamoDB } from './dynamodb';
import { describeMessageLog, RETENTION_SECONDS } from './message-log';

describe('in memory,', () => {
  describe('the message log', () => {
    describeMessageLog((clock) => new MemoryMessageLog(clock, RETENTION_SECONDS, randomUUID));
  });
  describe('the connection table', () => {
    describeConnections((clock) => new MemoryConnections(clock));
  });
  describe('admission', () => {
    describeAdmission((clock) => {
      const connections = new MemoryConnections(clock, LIMITS.frames);
      const admission = new MemoryAdmission(clock, connections, LIMITS);
      return { ticketIssuer: admission, connectionOpener: admission, connections };
    });
  });
});

describe('on in-memory DynamoDB,', () => {
  const dynamo = new MemoryDynamoDB({ tables: ['log', 'connections', 'admission'] });
  describe('DynamoDB', () => {
    let now = 0;
    const ends: (() => void)[] = [];
    const slow = new MemoryDynamoDB({ tables: ['log'], now: () => now, schedule: (run) => ends.push(run) });
    describeDynamoDB(() => ({
      call: (operation, input) => slow.call(operation, input),
      async during(transaction, meanwhile) {
        slow.answer('TransactWriteItems', transaction, { milliseconds: 10, share: () => 0.5 });
        await meanwhile();
        now += 10;
        for (const end of ends.splice(0)) {
          end();
        }
      },
    }));
  });
  describeOn({
    log: (clock) => new Table(dynamo, 'log', clock),
    connections: (clock) => new Table(dynamo, 'connections', clock),
    admission: (clock) => new Table(dynamo, 'admission', clock),
  });
});

describe('on the embedded DynamoDB,', () => {
  let dynamo: EmbeddedDynamoDB;
  beforeAll(async () => {
    dynamo = await embeddedDynamoDB('log', 'connections', 'admission');
  });
  afterAll(() => dynamo.close());

  describe('DynamoDB', () => {
    describeDynamoDB(() => ({
      call: (operation, input) => dynamo.client.call(operation, input),
      during: (transaction, meanwhile) => dynamo.during(transaction, meanwhile),
    }));
  });
  describeOn({
    log: (clock) => new Table(dynamo.client, 'log', clock),
    connections: (clock) => new Table(dynamo.client, 'connections', clock),
    admission: (clock) => new Table(dynamo.client, 'admission', clock),
  });
});

/** Runs the contracts for the adapters on these tables. */
function describeOn(tables: Record<'log' | 'connections' | 'admission', (clock: Clock) => Table>): void {
  describe('the message log', () => {
    describeMessageLog(
      (clock) =>
        new DynamoMessageLog({
          table: tables.log(clock),
          retentionSeconds: RETENTION_SECONDS,
          clock,
          newId: randomUUID,
        }),
    );
  });
  describe('the connection table', () => {
    describeConnections((clock) => new SubscriptionTable(tables.connections(clock), clock));
  });
  describe('admission', () => {
    describeAdmission((clock) => {
      const table = tables.admission(clock);
      const connections = new SubscriptionTable(tables.connections(clock), clock, LIMITS.frames);
      return {
        ticketIssuer: new AdmissionTable(table, clock, LIMITS.requests, LIMITS.connections),
        connectionOpener: new DynamoConnectionOpener({
          connections,
          admission: { table, name: 'admission' },
          connectionsPerSubject: LIMITS.connections,
          frames: LIMITS.frames,
          clock,
        }),
        connections,
      };
    });
  });
}
