import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { connect, type Socket } from 'node:net';
import { CA } from '../../../tools/probe/servers/certificate';
import { Servers } from '../../../tools/probe/servers/start';
import { type Probed, undisturbed } from './probed';

/** Simulated round trip of remote servers, in milliseconds. */
const FAR = 20;

const servers = new Servers();
const sockets: Socket[] = [];
jest.setTimeout(60_000);

afterEach(stop);

async function stop(): Promise<void> {
  for (const socket of sockets.splice(0)) {
    socket.destroy();
  }
  await servers.stop();
}

/** Starts a server that has already answered one request, behind a delaying proxy. @returns the proxy's port */
async function far(name: string, get: typeof https.get = http.get): Promise<number> {
  return delayed(await warm(name, get));
}

function delayed(port: number): Promise<number> {
  return servers.start('delaying-proxy', port, FAR);
}

/** Starts a server and sends it one request, because any process is slower for its first, noticeably on a busy machine. */
async function warm(name: string, get: typeof https.get = http.get): Promise<number> {
  const port = await servers.start(name);
  const [response] = await once(get({ port, host: '127.0.0.1', agent: false, ca: readFileSync(CA) }), 'response');
  await once(response.resume(), 'end');
  return port;
}

async function isolatedSockets(): Promise<string[]> {
  return ['--websocket', `ws://127.0.0.1:${await servers.start('good-sockets')}`];
}

const PAGE = ['--origin', 'https://app.example.com'];

/** Occupies an address until the test ends, so that further connections are not answered. */
async function fillSilentAddress(port: number): Promise<void> {
  await servers.start('silent-address', port);
  for (let filler = 0; filler < 2; filler++) {
    const socket = connect(port, '::1');
    sockets.push(socket);
    await once(socket, 'connect');
  }
}

interface Planted {
  readonly server: string;
  /** Starts the servers. @returns arguments of the command */
  readonly start: () => Promise<string[]>;
  /** Id of the first cause in the report. */
  readonly cause: string;
  /** Description of that cause. */
  readonly description: RegExp;
  readonly exitCode: 0 | 1;
}

const TABLE: readonly Planted[] = [
  {
    server: 'localhost that listens only on IPv4',
    cause: 'ipv6-fallback',
    description: /^the name resolves to ::1 first, which refuses connections\./,
    exitCode: 1,
    start: async () => [
      ...['--http', `http://localhost:${await warm('good-api')}`],
      ...(await isolatedSockets()),
      ...PAGE,
    ],
  },
  {
    server: 'a published IPv6 address that does not respond',
    cause: 'ipv6-fallback',
    description: /^the name resolves to ::1 first, which does not respond\. .* after 300 ms$/,
    exitCode: 1,
    start: async () => {
      const port = await warm('good-api');
      await fillSilentAddress(port);
      const dns = await servers.start('name-server', 1, 4, 6);
      return ['--http', `http://api.test:${port}`, '--dns', `127.0.0.1:${dns}`, ...(await isolatedSockets()), ...PAGE];
    },
  },
  {
    server: 'a slow name server',
    cause: 'dns',
    description: /^AAAA took \d{3} ms, A took \d{3} ms$/,
    exitCode: 1,
    start: async () => {
      const dns = await servers.start('name-server', 200, 4);
      const api = await far('good-api');
      return ['--http', `http://api.test:${api}`, '--dns', `127.0.0.1:${dns}`, ...(await isolatedSockets()), ...PAGE];
    },
  },
  {
    server: 'a preflight without max-age',
    cause: 'preflight',
    description: /another after 5 s: there is no Access-Control-Max-Age$/,
    exitCode: 1,
    start: async () => ['--http', `http://127.0.0.1:${await far('no-max-age')}`, ...(await isolatedSockets()), ...PAGE],
  },
  {
    server: 'a server that closes the connection after each response',
    cause: 'connection-closed',
    description: / in 3 of 3 runs, /,
    exitCode: 1,
    start: async () => [
      ...['--http', `https://127.0.0.1:${await far('closing', https.get)}`, '--ca', CA],
      ...(await isolatedSockets()),
      ...PAGE,
    ],
  },
  {
    server: 'an event loop that broadcasts block',
    cause: 'event-loop-blocked',
    description: /^with 12 sockets that sent 32 frames, /,
    exitCode: 1,
    start: async () => {
      const port = await far('blocked-loop');
      return ['--http', `http://127.0.0.1:${port}`, '--websocket', `ws://127.0.0.1:${port}`, ...PAGE];
    },
  },
  {
    server: 'a worker pool that sockets occupy',
    cause: 'pool-pinned',
    description:
      /^with 10 sockets that sent nothing, (\d+) requests were not answered; \1 of them were answered after the sockets closed: /,
    exitCode: 1,
    start: async () => {
      const port = await far('pinned-pool');
      return ['--http', `http://127.0.0.1:${port}`, '--websocket', `ws://127.0.0.1:${port}`, ...PAGE];
    },
  },
  {
    server: 'a cold start',
    cause: 'cold-start',
    description: /^the server took \d{3} ms longer for the very first request /,
    exitCode: 1,
    start: async () => [
      '--http',
      `http://127.0.0.1:${await delayed(await servers.start('cold-start'))}`,
      ...(await isolatedSockets()),
      ...PAGE,
    ],
  },
  {
    server: 'a slow TLS handshake',
    cause: 'tls',
    description: /^the TLSv1\.3 handshake takes \d{3} ms, .*; sessions are resumed$/,
    exitCode: 1,
    start: async () => [
      ...['--http', `https://127.0.0.1:${await far('slow-tls', https.get)}`, '--ca', CA],
      ...(await isolatedSockets()),
      ...PAGE,
    ],
  },
  {
    server: "the page's own origin",
    cause: 'same-origin',
    description: /^--origin is the API's own origin, as for its documentation page\. /,
    exitCode: 0,
    start: async () => {
      const origin = `https://127.0.0.1:${await far('good-tls-api', https.get)}`;
      return ['--http', origin, '--origin', origin, '--ca', CA, ...(await isolatedSockets())];
    },
  },
];

const SMALL = ['--runs', '3', '--sockets', '12', '--messages', '20', '--seconds', '1'];

/** Restarts the servers for each attempt, because a cold start happens only once. */
function probedAnew(start: () => Promise<string[]>): Promise<Probed> {
  return undisturbed(async () => {
    await stop();
    return [...(await start()), ...SMALL];
  });
}

test.each(TABLE)(
  'the probe names the planted cause first: $server',
  async ({ start, cause, description, exitCode: expected }) => {
    const { exitCode, report } = await probedAnew(start);

    const { causes } = report;
    expect({ first: causes[0]?.id, exitCode, causes }).toEqual({ first: cause, exitCode: expected, causes });
    expect(causes[0]?.found).toMatch(description);
  },
);

test('the probe finds only latency if two good lanes are far away', async () => {
  const { exitCode, report } = await probedAnew(async () => [
    ...['--http', `https://127.0.0.1:${await far('good-tls-api', https.get)}`, '--ca', CA],
    ...(await isolatedSockets()),
    ...PAGE,
  ]);

  expect({ exitCode, faults: report.causes.filter(({ fault }) => fault) }).toEqual({ exitCode: 0, faults: [] });
  expect(report.measurements.tls).toMatchObject({ protocol: 'TLSv1.3', resumes: true });
  expect(report.page.first.find(({ name }) => name === 'TLS')?.ms).toBeGreaterThanOrEqual(FAR);
  expect(report.page.first.find(({ name }) => name === 'preflight')?.ms).toBeGreaterThanOrEqual(FAR);
});
