import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { connect, type Socket } from 'node:net';
import { CA } from '../../../tools/probe/servers/certificate';
import { Servers } from '../../../tools/probe/servers/start';
import { type Probed, undisturbed } from './probed';

/** Round trip of servers that are not on this machine, in milliseconds. */
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

/** A server of the HTTP lane that has been asked before, behind a proxy that delays. */
async function far(name: string, get: typeof https.get = http.get): Promise<number> {
  return delayed(await warm(name, get));
}

function delayed(port: number): Promise<number> {
  return servers.start('delaying-proxy', port, FAR);
}

/** Starts a server and asks it once: any process is slower at its first request, and on a busy machine noticeably. */
async function warm(name: string, get: typeof https.get = http.get): Promise<number> {
  const port = await servers.start(name);
  const [response] = await once(get({ port, host: '127.0.0.1', agent: false, ca: readFileSync(CA) }), 'response');
  await once(response.resume(), 'end');
  return port;
}

async function isolatedSockets(): Promise<string[]> {
  return ['--ws', `ws://127.0.0.1:${await servers.start('good-sockets')}`];
}

const PAGE = ['--origin', 'https://app.example.com'];

/** Occupies an address for good: whoever else comes is not answered. */
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
  /** Starts what is bad, or is not. @returns arguments of the command */
  readonly start: () => Promise<string[]>;
  /** What must be named first. */
  readonly cause: string;
  /** What is said of it. */
  readonly says: RegExp;
  readonly exitCode: 0 | 1;
}

const TABLE: readonly Planted[] = [
  {
    server: 'localhost that listens on IPv4 alone',
    cause: 'dead-address-family',
    says: /^the name leads to ::1 first, where a connection is refused/,
    exitCode: 1,
    start: async () => [
      ...['--api', `http://localhost:${await warm('good-api')}`],
      ...(await isolatedSockets()),
      ...PAGE,
    ],
  },
  {
    server: 'an IPv6 address that is published, and silent',
    cause: 'dead-address-family',
    says: /^the name leads to ::1 first, where a connection is silent: .* after 300 ms$/,
    exitCode: 1,
    start: async () => {
      const port = await warm('good-api');
      await fillSilentAddress(port);
      const dns = await servers.start('name-server', 1, 4, 6);
      return ['--api', `http://api.test:${port}`, '--dns', `127.0.0.1:${dns}`, ...(await isolatedSockets()), ...PAGE];
    },
  },
  {
    server: 'a slow name server',
    cause: 'dns',
    says: /^AAAA took \d{3} ms, A took \d{3} ms$/,
    exitCode: 1,
    start: async () => {
      const dns = await servers.start('name-server', 200, 4);
      const api = await far('good-api');
      return ['--api', `http://api.test:${api}`, '--dns', `127.0.0.1:${dns}`, ...(await isolatedSockets()), ...PAGE];
    },
  },
  {
    server: 'a preflight without max-age',
    cause: 'preflight',
    says: /again after 5 s: there is no Access-Control-Max-Age$/,
    exitCode: 1,
    start: async () => ['--api', `http://127.0.0.1:${await far('no-max-age')}`, ...(await isolatedSockets()), ...PAGE],
  },
  {
    server: 'a connection that is closed each time',
    cause: 'connection-closed',
    says: / in 3 of 3 runs: /,
    exitCode: 1,
    start: async () => [
      ...['--api', `https://127.0.0.1:${await far('closing', https.get)}`, '--ca', CA],
      ...(await isolatedSockets()),
      ...PAGE,
    ],
  },
  {
    server: 'an event loop that a broadcast blocks',
    cause: 'event-loop-blocked',
    says: /^with 12 sockets that sent 32 frames, /,
    exitCode: 1,
    start: async () => {
      const port = await far('blocked-loop');
      return ['--api', `http://127.0.0.1:${port}`, '--ws', `ws://127.0.0.1:${port}`, ...PAGE];
    },
  },
  {
    server: 'a pool of workers that sockets pin',
    cause: 'pool-pinned',
    says: /^with 10 sockets that said nothing, (\d+) requests were not answered; \1 of them were when the sockets closed: /,
    exitCode: 1,
    start: async () => {
      const port = await far('pinned-pool');
      return ['--api', `http://127.0.0.1:${port}`, '--ws', `ws://127.0.0.1:${port}`, ...PAGE];
    },
  },
  {
    server: 'a cold start',
    cause: 'cold-start',
    says: /^the server took \d{3} ms longer for the very first request /,
    exitCode: 1,
    start: async () => [
      '--api',
      `http://127.0.0.1:${await delayed(await servers.start('cold-start'))}`,
      ...(await isolatedSockets()),
      ...PAGE,
    ],
  },
  {
    server: 'a slow TLS handshake',
    cause: 'tls',
    says: /^the handshake of TLSv1\.3 takes \d{3} ms .*; sessions are resumed$/,
    exitCode: 1,
    start: async () => [
      ...['--api', `https://127.0.0.1:${await far('slow-tls', https.get)}`, '--ca', CA],
      ...(await isolatedSockets()),
      ...PAGE,
    ],
  },
  {
    server: "the page's own origin",
    cause: 'same-origin',
    says: /^this is the API's own origin, as of its documentation page: /,
    exitCode: 0,
    start: async () => {
      const origin = `https://127.0.0.1:${await far('good-tls-api', https.get)}`;
      return ['--api', origin, '--origin', origin, '--ca', CA, ...(await isolatedSockets())];
    },
  },
];

const SMALL = ['--runs', '3', '--sockets', '12', '--messages', '20', '--seconds', '1'];

/** Probes servers that nobody has asked before: a cold start can be seen once. */
function probedAnew(start: () => Promise<string[]>): Promise<Probed> {
  return undisturbed(async () => {
    await stop();
    return [...(await start()), ...SMALL];
  });
}

test.each(TABLE)('names the planted cause first: $server', async ({ start, cause, says, exitCode: expected }) => {
  const { exitCode, report } = await probedAnew(start);

  const { causes } = report;
  expect({ first: causes[0]?.id, exitCode, causes }).toEqual({ first: cause, exitCode: expected, causes });
  expect(causes[0]?.found).toMatch(says);
});

test('finds only distance where two good lanes are far away', async () => {
  const { exitCode, report } = await probedAnew(async () => [
    ...['--api', `https://127.0.0.1:${await far('good-tls-api', https.get)}`, '--ca', CA],
    ...(await isolatedSockets()),
    ...PAGE,
  ]);

  expect({ exitCode, faults: report.causes.filter(({ fault }) => fault) }).toEqual({ exitCode: 0, faults: [] });
  expect(report.measurements.tls).toMatchObject({ protocol: 'TLSv1.3', resumes: true });
  expect(report.page.first.find(({ name }) => name === 'TLS')?.ms).toBeGreaterThanOrEqual(FAR);
  expect(report.page.first.find(({ name }) => name === 'preflight')?.ms).toBeGreaterThanOrEqual(FAR);
});
