import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { WebSocketServer } from 'ws';
import { CA } from '../../../tools/probe/servers/certificate';
import { Servers } from '../../../tools/probe/servers/start';

const ROOT = join(__dirname, '../../../..');

const servers = new Servers();
jest.setTimeout(30_000);
afterEach(() => servers.stop());

/** Starts the process as npm does. */
function start(args: readonly string[]) {
  const child = spawn(process.execPath, ['-r', './bin/typescript.js', 'tools/probe/main.ts', ...args], {
    cwd: ROOT,
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

/** @returns a port on which nothing listens */
async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const api = async (name = 'good-api') => `http://127.0.0.1:${await servers.start(name)}`;
const ws = async () => `ws://127.0.0.1:${await servers.start('good-sockets')}`;

interface InvalidInput {
  readonly input: string;
  readonly args: () => Promise<string[]>;
  readonly message: RegExp;
}

const INVALID_INPUTS: readonly InvalidInput[] = [
  {
    input: 'no URL at all',
    args: async () => [],
    message: /^error: required option '--http <url>' not specified\nRun `npm run probe -- --help` for the options\.\n$/,
  },
  {
    input: 'a URL of another kind',
    args: async () => ['--http', 'ws://localhost', '--websocket', 'ws://localhost'],
    message:
      /^error: option '--http <url>' argument 'ws:.*' is invalid\. Fix: use a URL with http: or https:, such as /,
  },
  {
    input: 'an origin with a path',
    args: async () => [
      '--http',
      'http://localhost',
      '--websocket',
      'ws://localhost',
      '--origin',
      'https://app.example.com/',
    ],
    message:
      /^error: option '--origin .* Fix: use the origin that a browser sends: scheme, host and port, without a path/,
  },
  {
    input: 'a name without an address',
    args: async () => {
      const dns = await servers.start('name-server', 0);
      return ['--http', 'http://api.test', '--websocket', 'ws://localhost', '--dns', `127.0.0.1:${dns}`];
    },
    message:
      /^The name api\.test has no address at the name server 127\.0\.0\.1:\d+\. Fix: check the host in the URL\.\n$/,
  },
  {
    input: 'a port where nothing listens',
    args: async () => ['--http', `http://127.0.0.1:${await unusedPort()}`, '--websocket', await ws()],
    message:
      /^http:\/\/127\.0\.0\.1:\d+\/ accepts no connections: 127\.0\.0\.1 refuses connections\. Fix: check the host and port\.\n$/,
  },
  {
    input: 'an expired certificate',
    args: async () => [
      '--http',
      `https://localhost:${await servers.start('expired')}`,
      '--websocket',
      await ws(),
      '--ca',
      CA,
    ],
    message:
      /^A browser rejects the certificate of localhost:\d+ \(DNS:localhost, .*\): it expired on Jan {2}1 00:00:00 2026 GMT\. Fix: renew it\.\n$/,
  },
  {
    input: 'a certificate of an unknown authority',
    args: async () => ['--http', `https://localhost:${await servers.start('good-tls-api')}`, '--websocket', await ws()],
    message: /^A browser rejects the certificate of .*: it .* unknown certificate authority\. Fix: .*--ca FILE\.\n$/,
  },
  {
    input: 'a certificate for other names',
    args: async () => {
      const dns = await servers.start('name-server', 0, 4);
      const port = await servers.start('good-tls-api');
      const names = ['--dns', `127.0.0.1:${dns}`];
      return ['--http', `https://other.test:${port}`, '--websocket', await ws(), '--ca', CA, ...names];
    },
    message:
      /^A browser rejects the certificate of other\.test:\d+ \(DNS:localhost, .*\): it is for other names\. Fix: .*\n$/,
  },
  {
    input: 'https: for a server of http:',
    args: async () => ['--http', (await api()).replace('http:', 'https:'), '--websocket', await ws()],
    message:
      /^https:\/\/127\.0\.0\.1:\d+ .* did not respond with TLS \(ERR_SSL_WRONG_VERSION_NUMBER\)\. Fix: check the port, or use http: in the URL\.\n$/,
  },
  {
    input: 'a host without WebSockets',
    args: async () => ['--http', await api(), '--websocket', (await api()).replace('http:', 'ws:')],
    message:
      /^ws:\/\/127\.0\.0\.1:\d+\/ is not a WebSocket endpoint: it answered the handshake with 200 instead of 101\. Fix: check the host and path\.\n$/,
  },
  {
    input: 'a page whose origin is not allowed',
    args: async () => [
      '--http',
      await api('own-origin-only'),
      '--websocket',
      await ws(),
      '--origin',
      'https://app.example.com',
    ],
    message:
      /^A page of https:\/\/app\.example\.com cannot send a JSON POST: the preflight response does not allow this origin \(Access-Control-Allow-Origin: https:\/\/other\.example\.com\)/,
  },
];

test.each(INVALID_INPUTS)('the probe reports one error for $input, and exits with 2', async ({ args, message }) => {
  const { exitCode, printed, errors } = await start([...(await args()), '--timeout', '2000']).result();

  expect(errors).toMatch(message);
  expect({ exitCode, printed, lines: errors.replace(/^Run .*\n/m, '').match(/\n/g) }).toEqual({
    exitCode: 2,
    printed: '',
    lines: ['\n'],
  });
});

test('the probe reports a timeout if a server accepts the connection and sends nothing', async () => {
  const silent = createServer((socket) => socket.on('error', () => socket.destroy())).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;

  const run = start(['--http', `http://127.0.0.1:${port}`, '--websocket', await ws(), '--timeout', '200']);
  const { exitCode, errors } = await run.result();
  silent.close();

  expect(errors).toMatch(
    /did not respond within 200 ms\. Fix: check the host, port and firewall, or increase --timeout\.\n$/,
  );
  expect(exitCode).toBe(2);
});

test('the probe sends the token with requests, and opens each socket with a ticket', async () => {
  const port = await servers.start('ticketed', 'secret');
  const lanes = ['--http', `http://127.0.0.1:${port}`, '--websocket', `ws://127.0.0.1:${port}`];
  const small = ['--runs', '2', '--sockets', '3', '--seconds', '1', '--json'];

  const [good, bad] = await Promise.all([
    start([...lanes, ...small, '--token', 'secret']).result(),
    start([...lanes, ...small, '--token', 'wrong']).result(),
  ]);

  const { measurements } = JSON.parse(good.printed);
  const statuses = measurements.runs.map(({ first }: { first: { status: number } }) => first.status);
  const silent = measurements.passes.find(({ name }: { name: string }) => name === 'silent');
  expect({ statuses, sockets: silent.sockets }).toEqual({ statuses: [200, 200], sockets: { requested: 3, opened: 3 } });
  expect(bad).toMatchObject({ exitCode: 2, printed: '' });
  expect(bad.errors).toMatch(/\/v1\/tickets answered 401 instead of 201\. Fix: check --token\.\n$/);
});

test('the probe prints partial results when it is interrupted, and exits with 2', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(sockets, 'listening');
  const { port } = sockets.address() as AddressInfo;
  const small = ['--runs', '2', '--seconds', '1'];
  const run = start(['--http', await api(), '--websocket', `ws://127.0.0.1:${port}`, ...small]);
  let opened = 0;
  sockets.on('connection', () => {
    // The probe measures two handshakes, then requests without sockets, then requests with one socket.
    if (++opened === 3) {
      run.interrupt();
    }
  });

  const { exitCode, printed, errors } = await run.result();
  sockets.close();

  expect({ exitCode, errors }).toEqual({ exitCode: 2, errors: '' });
  expect(printed).toMatch(/first request .*no sockets .*Interrupted\. The results are incomplete\.\n$/s);
  expect(printed).not.toMatch(/silent sockets/);
});
