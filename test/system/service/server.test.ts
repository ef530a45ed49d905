import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { bundle } from '../../../lib/functions/bundles';
import { documentation } from '../../../lib/http-lane/documentation';
import { type EmbeddedDynamoDB, embeddedDynamoDB } from '../../support/embedded/dynamodb';
import { serveOnLoopback } from '../../support/embedded/http';

/** The service in its own process, as in the container. */
interface RunningServer {
  port: number;
  process: ChildProcess;
  /** Resolves with the first log line of this event. */
  logged(event: string): Promise<Record<string, unknown>>;
  exitCode: Promise<number | null>;
}

let dynamo: EmbeddedDynamoDB;
/** Path of the deployed bundle. */
const entry = join(bundle({ entry: 'service/server.ts', include: documentation }), 'index.js');
const running: RunningServer[] = [];
const agents: Agent[] = [];

beforeAll(async () => {
  dynamo = await embeddedDynamoDB('log');
});

afterEach(async () => {
  for (const agent of agents.splice(0)) {
    agent.destroy();
  }
  for (const server of running.splice(0)) {
    server.process.kill('SIGKILL');
    await server.exitCode;
  }
});

afterAll(async () => {
  await dynamo.close();
});

async function start(environment: Record<string, string> = {}): Promise<RunningServer> {
  const port = await freePort();
  const child = spawn(process.execPath, [entry], {
    env: {
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'embedded',
      AWS_SECRET_ACCESS_KEY: 'embedded',
      MESSAGE_LOG_TABLE: 'log',
      MESSAGE_RETENTION_SECONDS: '3600',
      HINT_QUEUE_URL: 'none',
      ALLOWED_ORIGINS: 'https://app.example.com',
      METRIC_LANE: 'lane',
      ADMISSION_TABLE: 'none',
      TOKEN_RULES: 'none',
      KEEP_ALIVE_SECONDS: '65',
      DRAIN_SECONDS: '20',
      PORT: String(port),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines: Record<string, unknown>[] = [];
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => lines.push(JSON.parse(line)));
  const logged = async (event: string) => {
    for (;;) {
      const found = lines.find((line) => line.event === event);
      if (found) {
        return found;
      }
      await once(reader, 'line');
    }
  };
  const exitCode = once(child, 'exit').then(([code]) => code as number | null);
  const server = { port, process: child, logged, exitCode };
  running.push(server);
  await logged('listening');
  return server;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

function keptAlive(): Agent {
  const agent = new Agent({ keepAlive: true });
  agents.push(agent);
  return agent;
}

function send(
  port: number,
  path: string,
  options: { agent?: Agent; method?: string; host?: string } = {},
): ClientRequest {
  const { host = '127.0.0.1', agent = keptAlive(), method = 'GET' } = options;
  return request({ host, port, path, method, agent, headers: { 'content-type': 'application/json' } });
}

async function responseTo(sent: ClientRequest) {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const { socket, statusCode, headers } = response;
  const { localPort } = socket;
  return { socket, localPort, statusCode, headers, text: await text(response) };
}

const get = (port: number, path: string, options: { agent?: Agent; host?: string } = {}) => {
  const sent = send(port, path, options);
  sent.end();
  return responseTo(sent);
};

/** Sends part of the body of a publish, and waits until the server has started to read it. */
async function openPublish(port: number): Promise<ClientRequest> {
  const sent = send(port, '/v1/topics/room:1/messages', { method: 'POST' });
  sent.setHeader('expect', '100-continue');
  sent.flushHeaders();
  await once(sent, 'continue');
  sent.write('{"data":');
  return sent;
}

it('the server serves the API and its documentation over IPv4 and IPv6', async () => {
  const { port } = await start();
  for (const host of ['127.0.0.1', '::1']) {
    expect((await get(port, '/health', { host })).statusCode).toBe(200);
  }
  expect((await get(port, '/docs/swagger-ui-bundle.js')).text).toContain('SwaggerUIBundle');
  const published = await openPublish(port);
  published.end('1}');
  expect((await responseTo(published)).statusCode).toBe(201);
});

it('the server listens only on the address in HOST, if it is set', async () => {
  const { port } = await start({ HOST: '127.0.0.1' });
  expect((await get(port, '/health')).statusCode).toBe(200);
  const [refusal] = await once(connect(port, '::1'), 'error');
  expect(refusal).toMatchObject({ code: 'ECONNREFUSED' });
});

it('the server answers a refused request whose body does not arrive, and closes the connection', async () => {
  const { port } = await start();
  const sent = send(port, '/v1/nothing', { method: 'POST' });
  sent.setHeader('content-length', '10');
  sent.flushHeaders();
  const { statusCode, headers, socket } = await responseTo(sent);
  expect([statusCode, headers.connection]).toEqual([404, 'close']);
  if (!socket.destroyed) {
    await once(socket, 'close');
  }
});

it('the server keeps connections alive for KEEP_ALIVE_SECONDS', async () => {
  const { port } = await start({ KEEP_ALIVE_SECONDS: '123' });
  const agent = keptAlive();
  const first = await get(port, '/health', { agent });
  expect(first.headers['keep-alive']).toBe('timeout=123');
  const second = await get(port, '/health', { agent });
  expect(second.localPort).toBe(first.localPort);
});

it('on SIGTERM the server finishes the open request, closes its connection, and exits with 0', async () => {
  const server = await start();
  const idle = keptAlive();
  const { socket } = await get(server.port, '/health', { agent: idle });
  const published = await openPublish(server.port);

  const idleClosed = once(socket, 'close');
  server.process.kill('SIGTERM');
  expect(await server.logged('draining')).toMatchObject({ open: 1 });
  await idleClosed;
  const [refusal] = await once(connect(server.port, '127.0.0.1'), 'error');
  expect(refusal).toMatchObject({ code: 'ECONNREFUSED' });

  published.end('"late"}');
  const response = await responseTo(published);
  expect([response.statusCode, response.headers.connection]).toEqual([201, 'close']);
  expect(await server.exitCode).toBe(0);
});

it('on SIGTERM the server does not wait for a connection that has sent nothing', async () => {
  const server = await start();
  const silent = connect(server.port, '127.0.0.1').on('error', () => undefined);
  await once(silent, 'connect');
  await get(server.port, '/health');
  server.process.kill('SIGTERM');
  expect(await server.exitCode).toBe(0);
});

it('on SIGTERM the server exits with 1 and logs it if requests are open after DRAIN_SECONDS', async () => {
  const server = await start({ DRAIN_SECONDS: '1' });
  const published = await openPublish(server.port);
  const cut = once(published, 'error');
  server.process.kill('SIGTERM');
  expect(await server.exitCode).toBe(1);
  expect(await server.logged('drain_timed_out')).toMatchObject({ open: 1 });
  await cut;
});

it("the server calls AWS with the credentials of its task's role", async () => {
  const paths: (string | undefined)[] = [];
  const ecs = await serveOnLoopback(({ url }, response) => {
    paths.push(url);
    const Expiration = new Date(Date.now() + 3_600_000).toISOString();
    response.end(JSON.stringify({ AccessKeyId: 'ASIA', SecretAccessKey: 'secret', Token: 'token', Expiration }));
  });
  try {
    const server = await start({
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${ecs.endpoint}/role`,
    });
    expect(await get(server.port, '/v1/topics/news/messages')).toMatchObject({ statusCode: 200 });
    expect(paths).toEqual(['/role']);
  } finally {
    await ecs.close();
  }
});

it('the server does not start without its environment, and names the missing variable', async () => {
  const env = { PORT: '1', AWS_REGION: 'us-east-1', AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/role' };
  const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(code).toBe(1);
  expect(errors).toContain('MESSAGE_LOG_TABLE');
});
