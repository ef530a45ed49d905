import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http, { type RequestListener } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { WebSocketServer } from 'ws';
import { CA, certificate } from '../../../tools/probe/servers/certificate';
import { Servers } from '../../../tools/probe/servers/start';

const ROOT = join(__dirname, '../../../..');

const others = new Servers();
const started: Server[] = [];
const connections = new Set<Socket>();

jest.setTimeout(60_000);
afterEach(async () => {
  for (const server of started.splice(0)) {
    server.close();
  }
  for (const socket of connections) {
    socket.destroy();
  }
  await others.stop();
});

/** Starts the process as npm does. */
function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['-r', './bin/typescript.js', 'tools/probe/main.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = once(child, 'close');
  return {
    interrupt: () => child.kill('SIGINT'),
    result: async () => {
      const [printed, errors, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), end]);
      return { exitCode, printed, errors };
    },
  };
}

/** Listens in this process. @returns host and port */
async function listening(server: Server): Promise<string> {
  started.push(server);
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('error', () => undefined).once('close', () => connections.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const OK: RequestListener = (_, response) => void response.end('{}');

const api = async (listener = OK) => `http://${await listening(http.createServer(listener))}/`;
const secureApi = async (name?: 'expired') => `https://${await listening(https.createServer(certificate(name), OK))}/`;

/** @returns host and port where nothing listens */
async function unused(): Promise<string> {
  const server = createServer();
  const where = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return where;
}

/** Options for a short measurement. */
const SHORT = ['--rounds', '5', '--rest', 'none', '--timeout', '2000'];

interface InvalidInput {
  readonly input: string;
  readonly args: () => Promise<string[]>;
  readonly message: RegExp;
  readonly environment?: Readonly<Record<string, string>>;
}

const INVALID_INPUTS: readonly InvalidInput[] = [
  {
    input: 'no URL at all',
    args: async () => [],
    message: /^error: missing required argument 'url'\nRun `npm run probe -- --help` for the options\.\n$/,
  },
  {
    input: 'a URL without a scheme',
    args: async () => ['localhost:8000'],
    message: /^error: .* 'localhost:8000' is invalid .* Fix: use a URL that begins with http:\/\/ or https:\/\/\.\n/,
  },
  {
    input: 'options that npm took',
    args: async () => ['http://localhost'],
    environment: { npm_lifecycle_event: 'probe', npm_config_json: 'true' },
    message: /^npm took --json for itself, .* Fix: use npm run probe -- http:\/\/localhost --json\n$/,
  },
  {
    input: 'a name without an address',
    args: async () => {
      const dns = await others.start('name-server', 0);
      return ['http://api.test', '--name-server', `127.0.0.1:${dns}`];
    },
    message:
      /^The name api\.test has no address at the name server 127\.0\.0\.1:\d+\. Fix: check the host in the URL\.\n$/,
  },
  {
    input: 'a port where nothing listens',
    args: async () => [`http://${await unused()}`],
    message:
      /^http:\/\/127\.0\.0\.1:\d+\/ accepts no connections: 127\.0\.0\.1 refuses connections\. Fix: start the server, or check the host and port\.\n$/,
  },
  {
    input: 'an expired certificate',
    args: async () => [await secureApi('expired'), '--cacert', CA],
    message:
      /^A browser rejects the certificate of 127\.0\.0\.1:\d+ \(DNS:localhost, .*\): it expired on Jan {2}1 00:00:00 2026 GMT\. Fix: renew it, or accept it with --insecure\.\n$/,
  },
  {
    input: 'a certificate of an unknown authority',
    args: async () => [await secureApi()],
    message:
      /^A browser rejects the certificate of .*: it .* unknown certificate authority\. Fix: .*--cacert FILE, or accept it with --insecure\.\n$/,
  },
  {
    input: 'a certificate for other names',
    args: async () => {
      const dns = await others.start('name-server', 0, 4);
      const { port } = new URL(await secureApi());
      return [`https://other.test:${port}`, '--cacert', CA, '--name-server', `127.0.0.1:${dns}`];
    },
    message:
      /^A browser rejects the certificate of other\.test:\d+ \(DNS:localhost, .*\): it is for other names\. Fix: .*\n$/,
  },
  {
    input: 'https: for a server of http:',
    args: async () => [(await api()).replace('http:', 'https:')],
    message:
      /^https:\/\/127\.0\.0\.1:\d+ .* did not respond with TLS \(ERR_SSL_WRONG_VERSION_NUMBER\)\. Fix: check the port, or use http: in the URL\.\n$/,
  },
];

test.each(INVALID_INPUTS)(
  'the probe reports one error for $input, and exits with 2',
  async ({ args, message, environment }) => {
    const { exitCode, printed, errors } = await start([...(await args()), '--timeout', '2000'], environment).result();

    expect(errors).toMatch(message);
    expect({ exitCode, printed, lines: errors.replace(/^Run .*\n/m, '').match(/\n/g) }).toEqual({
      exitCode: 2,
      printed: '',
      lines: ['\n'],
    });
  },
);

/** Servers that answer the very first request with something else than the page expects. */
const REFUSALS: readonly { readonly server: string; readonly url: () => Promise<string>; readonly reason: RegExp }[] = [
  {
    server: 'has no such path',
    url: () => api((_, response) => void response.writeHead(404).end()),
    reason: /answered 404: the path does not exist\. Fix: check the path/,
  },
  {
    server: 'requires authentication',
    url: () => api((_, response) => void response.writeHead(401).end()),
    reason: /answered 401: authentication is required\. Fix: pass --header 'authorization/,
  },
  {
    server: 'is a proxy without its app',
    url: () => api((_, response) => void response.writeHead(502).end()),
    reason: /answered 502: a proxy answers, but the app behind it does not\. Fix: start the app/,
  },
];

test.each(REFUSALS)(
  'if the server $server, the probe reports that with its only measurement',
  async ({ url, reason }) => {
    const { exitCode, printed, errors } = await start([await url(), ...SHORT, '--json']).result();

    expect({ exitCode, errors }).toEqual({ exitCode: 2, errors: '' });
    expect(printed).toMatch(reason);
    expect(JSON.parse(printed).measurements.runs).toHaveLength(1);
  },
);

const WITHOUT_RESPONSE = [
  {
    server: 'does not answer',
    url: async () => `http://${await listening(createServer())}/`,
    reason: /accepted the connection, but did not respond within 2000 ms\. Fix: look at what the server waits for/,
  },
  {
    server: 'speaks TLS',
    url: async () => (await secureApi()).replace('https:', 'http:'),
    reason: /(responded with TLS|closed the connection without a response).*use https:/,
  },
  {
    server: 'does not speak HTTP',
    url: async () => `http://${await listening(createServer((socket) => socket.end('+PONG\r\n')))}/`,
    reason: /did not respond with HTTP \(HPE_INVALID_CONSTANT\)\. Fix: check the port/,
  },
];

test.each(WITHOUT_RESPONSE)(
  'if the server $server, the probe has nothing to report, and says why in one line',
  async ({ url, reason }) => {
    const { exitCode, printed, errors } = await start([await url(), ...SHORT, '--json']).result();

    expect({ exitCode, printed }).toEqual({ exitCode: 2, printed: '' });
    expect(errors).toMatch(reason);
  },
);

test('the probe prints what it measured if the WebSocket is refused, and exits with 2', async () => {
  const url = await api();
  const socket = ['--websocket', url.replace('http:', 'ws:')];
  const { exitCode, printed, errors } = await start([url, ...socket, ...SHORT, '--json']).result();

  expect({ exitCode, errors }).toEqual({ exitCode: 2, errors: '' });
  expect(JSON.parse(printed).measurements.runs).toHaveLength(6);
  expect(printed).toMatch(/answered the WebSocket handshake with 200, as for a normal request/);
});

test('the probe measures a server of HTTP/2, and accepts its certificate if it must', async () => {
  const server = http2.createSecureServer({ ...certificate(), allowHTTP1: true });
  const versions = new Set<string>();
  server.on('request', ({ httpVersion }, response) => {
    versions.add(httpVersion);
    response.end('{}');
  });
  const url = `https://${await listening(server)}/`;
  const { printed, errors } = await start([url, '--insecure', ...SHORT, '--json']).result();

  expect(errors).toBe('');
  const { runs } = JSON.parse(printed).measurements;
  expect(runs.map(({ first }: { first: { status: number } }) => first.status)).toEqual(Array(6).fill(200));
  expect([...versions]).toEqual(['2.0']);
});

test('the probe sends the request of the page, first of all', async () => {
  const received: unknown[] = [];
  const url = await api(({ method, url: path, headers }, response) => {
    received.push({ method, path, ...headers });
    response.setHeader('access-control-allow-origin', 'http://localhost:5500');
    response.setHeader('access-control-allow-headers', 'authorization,content-type').end('{}');
  });
  const request = ['--data', '{"a":1}', '--header', 'Authorization: Bearer abc', '--origin', 'http://localhost:5500'];
  await start([`${url}items?page=2`, ...request, ...SHORT]).result();

  expect(received[0]).toMatchObject({
    method: 'POST',
    path: '/items?page=2',
    authorization: 'Bearer abc',
    'content-type': 'application/json',
    'content-length': '7',
    origin: 'http://localhost:5500',
  });
});

test('the probe writes the report as a web page', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'probe-'));
  const file = join(folder, 'report.html');
  const { printed, errors } = await start([await api(), ...SHORT, '--html', file]).result();

  expect(errors).toBe(`The report as a web page: ${file}\n`);
  expect(printed).not.toBe('');
  expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>/i);
  rmSync(folder, { recursive: true });
});

test('the probe sends nothing if it cannot write the web page', async () => {
  let requests = 0;
  const url = await api((_, response) => {
    requests++;
    response.end();
  });
  const file = join(tmpdir(), 'no such folder', 'report.html');
  const { exitCode, errors } = await start([url, ...SHORT, '--html', file]).result();

  expect({ exitCode, requests, exists: existsSync(file) }).toEqual({ exitCode: 2, requests: 0, exists: false });
  expect(errors).toMatch(/^The file of --html cannot be written: ENOENT.* Fix: .*\n$/);
});

test('the probe opens each socket with a ticket', async () => {
  const port = await others.start('ticketed', 'secret');
  const http = `http://127.0.0.1:${port}`;
  const socket = ['--websocket', `ws://127.0.0.1:${port}`, '--tickets', `${http}/v1/tickets`];
  const args = [
    http,
    ...socket,
    '--subprotocol',
    'chat',
    ...SHORT,
    '--json',
    '--header',
    'authorization: Bearer secret',
  ];
  const { printed, errors } = await start(args).result();

  expect(errors).toBe('');
  expect(JSON.parse(printed).measurements.handshakes.length).toBeGreaterThan(0);
});

test('the probe prints partial results when it is interrupted, and exits with 2', async () => {
  const sockets = new WebSocketServer({ noServer: true });
  const server = http.createServer(OK);
  const where = await listening(server);
  const run = start([`http://${where}`, '--websocket', `ws://${where}`, ...SHORT, '--json']);
  server.on('upgrade', (request, socket, head) => {
    run.interrupt();
    sockets.handleUpgrade(request, socket, head, () => undefined);
  });
  const { exitCode, printed, errors } = await run.result();

  expect({ exitCode, errors }).toEqual({ exitCode: 2, errors: '' });
  expect(JSON.parse(printed).measurements.runs).toHaveLength(6);
  expect(JSON.parse(printed).answer).toMatch(/^Interrupted, so this is incomplete\. Your first request took/);
});

test('the probe prints one line when it is interrupted before the first response', async () => {
  const server = http.createServer();
  const run = start([`http://${await listening(server)}`, ...SHORT]);
  await once(server, 'request');
  run.interrupt();

  expect(await run.result()).toEqual({
    exitCode: 2,
    printed: '',
    errors: 'Interrupted before the first response. Fix: run it again.\n',
  });
});
