/** DynamoDB in memory, over HTTP: for the task, the functions and the tickets. Its CPU time is not measured. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { MemoryDynamoDB } from '../../../../test/support/memory/dynamodb';
import { AdmissionTable } from '../../../../lambda/adapters/admission-table';
import { byShard, lifetime } from '../../../../lambda/adapters/connection-table';
import { Table } from '../../../../lambda/adapters/table';
import { ServiceException } from '../../../../lambda/aws/service-exception';
import { systemClock } from '../../../../lambda/system-clock';
import { answerRequests } from '../../isolation/benchmark-process';
import { GATEWAY_TOPIC, ROWS, TABLES, TENANT } from '../lane';

export type TablesRequest =
  | { readonly action: 'serve' }
  /** Subscribes connections to {@link GATEWAY_TOPIC}. */
  | { readonly action: 'subscribe'; readonly connections: readonly string[] }
  /** Issues a ticket for each of a number of subjects. */
  | { readonly action: 'mint'; readonly subjects: number };

export interface TablesAnswer {
  readonly port?: number;
  readonly tickets?: readonly string[];
}

const dynamo = new MemoryDynamoDB({ tables: Object.values(TABLES) });
const tableOf = (name: string) => new Table(dynamo, name, systemClock);
const admission = new AdmissionTable(tableOf(TABLES.admission), systemClock, { perSecond: 100, burst: 200 });

const server = createServer(async (request, response) => {
  const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  try {
    const result = dynamo.answer(operation, JSON.parse(await text(request)));
    response.writeHead(200, headers).end(JSON.stringify(result));
  } catch (error) {
    if (!(error instanceof ServiceException)) {
      throw error;
    }
    const body = { ...error.body, __type: error.name, message: error.message };
    response.writeHead(error.status, headers).end(JSON.stringify(body));
  }
});
server.keepAliveTimeout = 600_000;

answerRequests<TablesRequest, TablesAnswer>(async (request) => {
  switch (request.action) {
    case 'serve':
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return { port: (server.address() as AddressInfo).port };
    case 'subscribe':
      await subscribe(request.connections);
      return {};
    case 'mint':
      return { tickets: await Promise.all(Array.from({ length: request.subjects }, (_, subject) => mint(subject))) };
  }
});

async function subscribe(connections: readonly string[]): Promise<void> {
  const table = tableOf(TABLES.connections);
  for (const [index, id] of connections.entries()) {
    const connection = { id, connectedAt: Date.now() };
    const shard = { topic: GATEWAY_TOPIC, number: Math.floor(index / ROWS) };
    await table.put({ ...byShard(connection, shard), ...lifetime(connection) });
  }
}

async function mint(subject: number): Promise<string> {
  const ticket = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(ticket).digest('base64url');
  const now = Math.floor(Date.now() / 1000);
  const principal = {
    ...{ subject: `subject-${subject}`, tenant: TENANT, scopes: ['topics:read', 'topics:write'] },
    ...{ issuedAt: now, expiresAt: now + 3600 },
  };
  // Valid for the whole benchmark, because all are issued before they are used.
  await admission.mint(hash, { principal, origin: '', expiresAt: now + 3600 });
  return ticket;
}
