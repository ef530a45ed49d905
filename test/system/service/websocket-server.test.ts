import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { bundle } from '../../../lib/functions/bundles';
import { type EmbeddedDynamoDB, embeddedDynamoDB } from '../../support/embedded/dynamodb';
import { type LoopbackServer, serveOnLoopback } from '../../support/embedded/http';

/** Path of the deployed bundle. */
const entry = join(bundle({ entry: 'service/websocket/server.ts' }), 'index.js');

const METADATA = JSON.stringify({ Networks: [{ IPv4Addresses: ['127.0.0.1'] }] });

let dynamo: EmbeddedDynamoDB;
const children: ChildProcess[] = [];
const loopback: LoopbackServer[] = [];

beforeAll(async () => {
  dynamo = await embeddedDynamoDB('log', 'connections');
});

afterEach(async () => {
  for (const child of children.splice(0).filter(({ exitCode }) => exitCode === null)) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  for (const server of loopback.splice(0)) {
    await server.close();
  }
});

afterAll(() => dynamo.close());

async function listen(listener: RequestListener): Promise<LoopbackServer> {
  const server = await serveOnLoopback(listener);
  loopback.push(server);
  return server;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Starts the server as its container does. @param metadata answers requests to the metadata endpoint of ECS */
async function start({
  metadata = (_request, response) => response.end(METADATA),
  dynamoEndpoint = dynamo.endpoint,
}: { metadata?: RequestListener; dynamoEndpoint?: string } = {}) {
  const child = spawn(process.execPath, [entry], {
    env: {
      AWS_ENDPOINT_URL_DYNAMODB: dynamoEndpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'embedded',
      AWS_SECRET_ACCESS_KEY: 'embedded',
      CONNECTION_TABLE: 'connections',
      MESSAGE_LOG_TABLE: 'log',
      MESSAGE_RETENTION_SECONDS: '3600',
      ADMISSION_TABLE: 'none',
      HINT_QUEUE_URL: 'none',
      HINT_AFTER_MILLISECONDS: '600',
      FRAME_RATE_LIMIT: '20/200',
      SUBJECT_RATE_LIMIT: '100/200',
      ALLOWED_ORIGINS: 'https://app.example.com',
      WEBSOCKET_URL: 'wss://ws.example.com',
      CONNECTIONS_PER_TASK: '10',
      CONNECTIONS_PER_SUBJECT: '20',
      METRIC_LANE: 'lane',
      DRAIN_SECONDS: '1',
      PORT: `${await freePort()}`,
      POSTS_PORT: `${await freePort()}`,
      HOST: '127.0.0.1',
      ECS_CONTAINER_METADATA_URI_V4: `${(await listen(metadata)).endpoint}/v4/container`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const lines: Record<string, unknown>[] = [];
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line)));
  const errors = text(child.stderr);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const logged = async (event: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const found = lines.find((line) => line.event === event);
      if (found) {
        return found;
      }
      await once(reader, 'line');
    }
  };
  return { child, errors, exited, logged };
}

/** @returns a listener that never answers, and what resolves with its first request */
function hanging(): { listener: RequestListener; asked: Promise<void> } {
  let ask = (): void => undefined;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  return { listener: () => ask(), asked };
}

test('a WebSocket server serves with a lease, and exits with 0 and without a lease after SIGTERM', async () => {
  const { child, logged, exited } = await start();
  const { port } = await logged('serving');
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  const leases = async () =>
    (await dynamo.client.call<{ Items: object[] }>('Scan', { TableName: 'connections' })).Items;
  expect(await leases()).toMatchObject([{ address: { S: expect.stringMatching(/^127\.0\.0\.1:\d+$/) } }]);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(await leases()).toEqual([]);
});

test('a WebSocket server whose metadata endpoint fails exits with 1, and names the cause', async () => {
  const { exited, errors } = await start({
    metadata: (_request, response) => response.writeHead(500).end('made up'),
  });
  expect(await exited).toBe(1);
  expect(await errors).toContain('The metadata endpoint of the task must answer with 200, got 500');
});

test('a WebSocket server exits with 0 after SIGTERM while its metadata endpoint does not answer', async () => {
  const { listener, asked } = hanging();
  const { child, exited } = await start({ metadata: listener });
  await asked;
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});

test('a WebSocket server exits with 0 after SIGTERM while the table does not answer, so that it has no lease', async () => {
  const { listener, asked } = hanging();
  const { child, exited } = await start({ dynamoEndpoint: (await listen(listener)).endpoint });
  await asked;
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});
