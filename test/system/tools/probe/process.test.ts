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

/** Starts it as npm does. */
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

/** A port where nobody listens. */
async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const api = async (name = 'good-api') => `http://127.0.0.1:${await servers.start(name)}`;
const ws = async () => `ws://127.0.0.1:${await servers.start('good-sockets')}`;

interface Mistake {
  readonly mistake: string;
  readonly args: () => Promise<string[]>;
  readonly sentence: RegExp;
}

const MISTAKES: readonly Mistake[] = [
  {
    mistake: 'no URL at all',
    args: async () => [],
    sentence: /^error: required option '--api <url>' not specified\n$/,
  },
  {
    mistake: 'a URL of another kind',
    args: async () => ['--api', 'ws://localhost', '--ws', 'ws://localhost'],
    sentence: /^error: option '--api <url>' argument 'ws:.*' is invalid\. It must be a URL with http: or https:, as /,
  },
  {
    mistake: 'an origin with a path',
    args: async () => ['--api', 'http://localhost', '--ws', 'ws://localhost', '--origin', 'https://app.example.com/'],
    sentence: /^error: option '--origin .* It must be an origin as a browser sends it: scheme, host and port, no path/,
  },
  {
    mistake: 'a name without an address',
    args: async () => {
      const dns = await servers.start('name-server', 0);
      return ['--api', 'http://api.test', '--ws', 'ws://localhost', '--dns', `127.0.0.1:${dns}`];
    },
    sentence: /^The name api\.test has no address at 127\.0\.0\.1:\d+: check the URL's host\n$/,
  },
  {
    mistake: 'a port where nothing listens',
    args: async () => ['--api', `http://127.0.0.1:${await unusedPort()}`, '--ws', await ws()],
    sentence:
      /^Nothing answers at http:\/\/127\.0\.0\.1:\d+\/: 127\.0\.0\.1 refuses connections\. Check host and port\n$/,
  },
  {
    mistake: 'an expired certificate',
    args: async () => ['--api', `https://localhost:${await servers.start('expired')}`, '--ws', await ws(), '--ca', CA],
    sentence:
      /^A browser refuses the certificate of localhost:\d+ \(DNS:localhost, .*\): it expired on Jan {2}1 00:00:00 2026 GMT: renew it\n$/,
  },
  {
    mistake: 'an authority that nobody knows',
    args: async () => ['--api', `https://localhost:${await servers.start('good-tls-api')}`, '--ws', await ws()],
    sentence: /^A browser refuses the certificate of .*: it .* authority that is not known: .*--ca FILE\n$/,
  },
  {
    mistake: 'a certificate for other names',
    args: async () => {
      const dns = await servers.start('name-server', 0, 4);
      const port = await servers.start('good-tls-api');
      const names = ['--dns', `127.0.0.1:${dns}`];
      return ['--api', `https://other.test:${port}`, '--ws', await ws(), '--ca', CA, ...names];
    },
    sentence: /^A browser refuses the certificate of other\.test:\d+ \(DNS:localhost, .*\): it is for other names\n$/,
  },
  {
    mistake: 'https: where http: is spoken',
    args: async () => ['--api', (await api()).replace('http:', 'https:'), '--ws', await ws()],
    sentence: /^https:\/\/127\.0\.0\.1:\d+ .* does not speak TLS \(ERR_SSL_WRONG_VERSION_NUMBER\): is it http:\?\n$/,
  },
  {
    mistake: 'a host that is not a WebSocket',
    args: async () => ['--api', await api(), '--ws', (await api()).replace('http:', 'ws:')],
    sentence: /^ws:\/\/127\.0\.0\.1:\d+\/ is not a WebSocket: it answers the handshake with 200, not with 101\n$/,
  },
  {
    mistake: 'a page whose origin is not allowed',
    args: async () => [
      '--api',
      await api('own-origin-only'),
      '--ws',
      await ws(),
      '--origin',
      'https://app.example.com',
    ],
    sentence:
      /^A page of https:\/\/app\.example\.com cannot post JSON: the preflight does not allow this origin \(Access-Control-Allow-Origin: https:\/\/other\.example\.com\)/,
  },
];

test.each(MISTAKES)('says in one sentence what is wrong with $mistake, and ends with 2', async ({ args, sentence }) => {
  const { exitCode, printed, errors } = await start([...(await args()), '--timeout', '2000']).result();

  expect(errors).toMatch(sentence);
  expect({ exitCode, printed, lines: errors.trimEnd().split('\n').length }).toEqual({
    exitCode: 2,
    printed: '',
    lines: 1,
  });
});

test('says that a server which accepts and says nothing did not answer in time', async () => {
  const silent = createServer((socket) => socket.on('error', () => socket.destroy())).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;

  const run = start(['--api', `http://127.0.0.1:${port}`, '--ws', await ws(), '--timeout', '200']);
  const { exitCode, errors } = await run.result();
  silent.close();

  expect(errors).toMatch(/did not answer within 200 ms: check host, port and firewall, or give --timeout\n$/);
  expect(exitCode).toBe(2);
});

test('a token opens the requests and, by a ticket for each, the sockets', async () => {
  const port = await servers.start('ticketed', 'secret');
  const lanes = ['--api', `http://127.0.0.1:${port}`, '--ws', `ws://127.0.0.1:${port}`];
  const small = ['--runs', '2', '--sockets', '3', '--seconds', '1', '--json'];

  const [good, bad] = await Promise.all([
    start([...lanes, ...small, '--token', 'secret']).result(),
    start([...lanes, ...small, '--token', 'wrong']).result(),
  ]);

  const { measurements } = JSON.parse(good.printed);
  const statuses = measurements.runs.map(({ first }: { first: { status: number } }) => first.status);
  const silent = measurements.passes.find(({ name }: { name: string }) => name === 'silent');
  expect({ statuses, sockets: silent.sockets }).toEqual({ statuses: [200, 200], sockets: { asked: 3, opened: 3 } });
  expect(bad).toMatchObject({ exitCode: 2, printed: '' });
  expect(bad.errors).toMatch(/\/v1\/tickets answers 401, not 201: is the --token good\?\n$/);
});

test('prints what it has measured until it is interrupted, and ends with 2', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(sockets, 'listening');
  const { port } = sockets.address() as AddressInfo;
  const small = ['--runs', '2', '--seconds', '1'];
  const run = start(['--api', await api(), '--ws', `ws://127.0.0.1:${port}`, ...small]);
  let opened = 0;
  sockets.on('connection', () => {
    // Two handshakes are measured, then requests without a socket, then those beside one.
    if (++opened === 3) {
      run.interrupt();
    }
  });

  const { exitCode, printed, errors } = await run.result();
  sockets.close();

  expect({ exitCode, errors }).toEqual({ exitCode: 2, errors: '' });
  expect(printed).toMatch(/first request .*no socket .*Interrupted: this is what was measured until then\n$/s);
  expect(printed).not.toMatch(/silent sockets/);
});
