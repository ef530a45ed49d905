import http, { type Server } from 'node:http';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { type EmbeddedDynamoDB, embeddedDynamoDB } from '../support/embedded/dynamodb';
import { violationsOf } from '../lambda/embedded-format';

const environment = process.env;
let dynamo: EmbeddedDynamoDB;

beforeAll(async () => {
  dynamo = await embeddedDynamoDB('log');
});

afterEach(() => {
  jest.restoreAllMocks();
  process.env = environment;
});

afterAll(() => dynamo.close());

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

test('a container writes its metrics every 20 seconds, and once more after the drain, before it exits', async () => {
  const port = await freePort();
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'embedded', AWS_SECRET_ACCESS_KEY: 'embedded' },
    ...{ MESSAGE_LOG_TABLE: 'log', MESSAGE_RETENTION_SECONDS: '3600', HINT_QUEUE_URL: 'none', ALLOWED_ORIGINS: 'none' },
    ...{ ADMISSION_TABLE: 'none', TOKEN_RULES: 'none', METRIC_LANE: 'http-lane' },
    ...{ PORT: `${port}`, HOST: '127.0.0.1', KEEP_ALIVE_SECONDS: '65', DRAIN_SECONDS: '30' },
  };
  const listeners = process.listeners('SIGTERM');
  const { argv } = process;
  process.argv = [argv[0] ?? '', '', dirname(require.resolve('swagger-ui-dist/package.json'))];
  const chunks: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => chunks.push(String(chunk)) > 0);
  const embedded = () => chunks.splice(0).filter((line) => line.includes('_aws'));
  const timer = jest.spyOn(global, 'setInterval');
  const create = jest.spyOn(http, 'createServer');
  const exited = new Promise((resolve) => {
    jest.spyOn(process, 'exit').mockImplementation((code) => resolve(code) as never);
  });
  jest.isolateModules(() => require('../../service/server'));
  process.argv = argv;
  const server = create.mock.results[0]?.value as Server;
  const [write] = timer.mock.calls.find(([, milliseconds]) => milliseconds === 20_000) ?? [];
  timer.mock.results.forEach(({ value }) => clearInterval(value));
  await (server.listening || once(server, 'listening'));
  const page = async () => (await fetch(`http://127.0.0.1:${port}/v1/topics/a/messages?after=1`)).status;

  expect([await page(), await page()]).toEqual([200, 200]);
  expect(embedded()).toEqual([]);
  write?.();
  const written = embedded();
  expect(written.flatMap(violationsOf)).toEqual([]);
  expect(written.map((line) => JSON.parse(line))).toEqual([
    { _aws: expect.anything(), Lane: 'http-lane', Gaps: [1, 1] },
  ]);

  expect(await page()).toBe(200);
  const [drain] = process.listeners('SIGTERM').filter((listener) => !listeners.includes(listener));
  process.removeAllListeners('SIGTERM');
  listeners.forEach((listener) => process.on('SIGTERM', listener));
  const limit = jest.spyOn(global, 'setTimeout');
  drain?.('SIGTERM');
  // The time limit of the drain would end the process of the tests.
  const limits = limit.mock.results.filter((_, index) => limit.mock.calls[index]?.[1] === 30_000);
  expect(limits).toHaveLength(1);
  limits.forEach(({ value }) => clearTimeout(value));
  limit.mockRestore();
  expect(await exited).toBe(0);
  expect(embedded().map((line) => JSON.parse(line))).toMatchObject([{ Gaps: 1 }]);
});
