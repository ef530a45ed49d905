import { randomUUID } from 'node:crypto';
import { AdmissionTable } from '../../lambda/adapters/admission-table';
import { DynamoMessageLog } from '../../lambda/adapters/message-log';
import { SubscriptionTable } from '../../lambda/adapters/subscription-table';
import { Table } from '../../lambda/adapters/table';
import { TicketEntrance } from '../../lambda/adapters/ticket-entrance';
import { type EmbeddedDynamoDB, embeddedDynamoDB } from '../embedded/dynamodb';
import { MemoryAdmission } from '../memory/admission';
import { MemoryConnections } from '../memory/connections';
import { MemoryMessageLog } from '../memory/message-log';
import { describeAdmission, LIMITS } from './admission';
import { describeConnections } from './connections';
import { describeMessageLog, RETENTION_SECONDS } from './message-log';

describe('in memory', () => {
  describe('the message log', () => {
    describeMessageLog((clock) => new MemoryMessageLog(clock, RETENTION_SECONDS, randomUUID));
  });
  describe('the connection table', () => {
    describeConnections((clock) => new MemoryConnections(clock));
  });
  describe('the way in', () => {
    describeAdmission((clock) => {
      const connections = new MemoryConnections(clock, LIMITS.frames);
      const admission = new MemoryAdmission(clock, connections, LIMITS);
      return { office: admission, entrance: admission, connections };
    });
  });
});

describe('on DynamoDB', () => {
  let dynamo: EmbeddedDynamoDB;
  beforeAll(async () => {
    dynamo = await embeddedDynamoDB('log', 'connections', 'admission');
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
    describeConnections((clock) => new SubscriptionTable(new Table(dynamo.client, 'connections', clock), clock));
  });
  describe('the way in', () => {
    describeAdmission((clock) => {
      const table = new Table(dynamo.client, 'admission', clock);
      const connections = new SubscriptionTable(new Table(dynamo.client, 'connections', clock), clock, LIMITS.frames);
      return {
        office: new AdmissionTable(table, clock, LIMITS.requests),
        entrance: new TicketEntrance({
          connections,
          admission: { table, name: 'admission' },
          connectionsPerSubject: LIMITS.connections,
          clock,
        }),
        connections,
      };
    });
  });
});
