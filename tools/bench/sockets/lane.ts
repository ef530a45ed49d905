import { DynamoMessageLog } from '../../../lambda/adapters/message-log';
import { dynamoClient, Table } from '../../../lambda/adapters/table';
import { systemClock } from '../../../lambda/system-clock';
import type { Message } from '../../../client/protocol';

/** Tables of the lane, which all processes reach over HTTP. */
export const TABLES = { log: 'log', connections: 'connections', admission: 'admission' };

export const TENANT = 'bench';

/** Topic that all sockets subscribe to, as clients name it, and its key in the tables. */
export const TOPIC = 'sockets';
export const TOPIC_KEY = `${TENANT}/${TOPIC}`;

/** Topic whose subscribers are the connections of the stand-in for API Gateway. */
export const GATEWAY_TOPIC = `${TENANT}/gateway`;

/** Rows of a shard: the most that a shard of a topic has before it grows. */
export const ROWS = 200;

/** Bytes of a message's data, as JSON. */
const DATA_BYTES = 200;

/** @returns a client of a table at the endpoint in the environment */
export function tableOf(name: keyof typeof TABLES): Table {
  return new Table(dynamoClient(), TABLES[name], systemClock);
}

export function messageLog(): DynamoMessageLog {
  return new DynamoMessageLog({
    table: tableOf('log'),
    retentionSeconds: 3600,
    clock: systemClock,
    newId: () => '00000000-0000-4000-8000-000000000000',
  });
}

/** Creates the messages of a delivery. No two of a topic are equal. */
export function messagesOf(topic: string, first: number, count: number): Message[] {
  return Array.from({ length: count }, (_, index) => ({
    topic,
    epoch: 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6',
    sequence: first + index,
    id: '0e1b6b0c-3d0a-4f41-9f0e-3f2f8d3c7a11',
    data: 'x'.repeat(DATA_BYTES - 2),
    publishedAt: '2026-11-22T12:00:00.000Z',
  }));
}
