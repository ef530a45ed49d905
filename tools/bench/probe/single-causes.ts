import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CA } from '../../../test/tools/probe/servers/certificate';
import { fillSilentAddress } from '../../../test/tools/probe/servers/start';
import { type Case, far, JSON_POST, PAGE, planted, SHORT, socket } from './case';

/** One cause each, of the page, the name, the connection or the server. */
export const SINGLE_CAUSES: readonly Case[] = [
  {
    title: 'a page of live-server, and a request that writes to its folder',
    expected: { exitCode: 1, first: ['reload-on-write'] },
    start: async (servers) => {
      const folder = mkdtempSync(join(tmpdir(), 'probe-page-'));
      servers.onStop(() => rmSync(folder, { recursive: true, force: true }));
      const page = `http://127.0.0.1:${await servers.start('live-server', folder)}/`;
      const url = await planted(servers, { writes: join(folder, 'db.sqlite3') });
      return [url, '--page', page, ...JSON_POST, '--fresh', '--rest', '1'];
    },
  },
  {
    title: 'a server that restarts after each write, 250 ms',
    expected: { exitCode: 1, first: ['reload-on-write'] },
    start: async (servers) => [
      await planted(servers, { restartOnWrite: 250 }),
      ...[...JSON_POST, '--fresh', '--rest', '1'],
    ],
  },
  {
    title: 'a redirect, 200 ms',
    expected: { exitCode: 1, first: ['redirect'], adds: { redirect: 200 } },
    start: async (servers) => [`${await planted(servers, { redirect: 200 })}/moved`, ...SHORT],
  },
  {
    title: 'a slow name server, 200 ms',
    expected: { exitCode: 1, first: ['dns'], adds: { dns: 200 } },
    start: async (servers) => {
      const dns = await servers.start('name-server', 200, 4);
      return [await planted(servers, {}, 'api.test'), '--name-server', `127.0.0.1:${dns}`, ...SHORT];
    },
  },
  {
    title: 'localhost that listens only on IPv4',
    expected: { exitCode: 1, first: ['address-family'] },
    start: async (servers) => [await planted(servers, {}, 'localhost'), ...SHORT],
  },
  {
    title: 'localhost that listens only on IPv6',
    // A browser tries IPv6 first, so this costs nothing.
    expected: { exitCode: 0, first: [], allowed: ['address-family'] },
    start: async (servers) => [await planted(servers, { host: '::1' }, 'localhost'), ...SHORT],
  },
  {
    title: 'a published IPv6 address that does not respond',
    expected: { exitCode: 1, first: ['address-family'], adds: { 'address-family': 300 } },
    start: async (servers) => {
      const url = await planted(servers, {}, 'api.test');
      await fillSilentAddress(servers, Number(new URL(url).port));
      const dns = await servers.start('name-server', 1, 4, 6);
      return [url, '--name-server', `127.0.0.1:${dns}`, ...SHORT];
    },
  },
  {
    title: 'a slow TLS handshake, 250 ms',
    expected: { exitCode: 1, first: ['tls'], adds: { tls: 250 } },
    start: async (servers) => [`https://127.0.0.1:${await servers.start('slow-tls')}`, '--cacert', CA, ...SHORT],
  },
  {
    title: 'a server that closes the connection after each response',
    expected: { exitCode: 1, first: ['connection-closed'] },
    start: async (servers) => [await planted(servers, { close: true }), ...SHORT],
  },
  {
    title: 'a server that closes the connection after each response, with TLS',
    expected: { exitCode: 1, first: ['connection-closed'] },
    start: async (servers) => [await planted(servers, { close: true, transport: 'https' }), '--cacert', CA, ...SHORT],
  },
  {
    title: 'keep-alive of half a second, in a distant server',
    // Network latency, and not noticeable if the server is near.
    expected: { exitCode: 0, first: ['connection-closed'] },
    start: async (servers) => [
      await far(servers, { idle: 0.5, transport: 'https' }),
      ...['--cacert', CA, '--fresh', '--rest', '1'],
    ],
  },
  {
    title: '250 ms for each connection',
    expected: { exitCode: 1, first: ['slow-connection'], adds: { 'slow-connection': 250 } },
    start: async (servers) => [await planted(servers, { perConnection: 250 }), ...SHORT],
  },
  {
    title: 'a preflight without max-age',
    expected: { exitCode: 1, first: ['preflight'] },
    start: async (servers) => [await planted(servers, { maxAge: null }), ...PAGE, ...JSON_POST, ...SHORT],
  },
  {
    title: 'a preflight with a max-age of 0',
    expected: { exitCode: 1, first: ['preflight'] },
    start: async (servers) => [await planted(servers, { maxAge: 0 }), ...PAGE, ...JSON_POST, ...SHORT],
  },
  {
    title: 'an import in the handler, 340 ms',
    expected: { exitCode: 1, first: ['cold-process'], adds: { 'cold-process': 340 } },
    start: async (servers) => [await planted(servers, { import: 340 }), ...SHORT],
  },
  {
    title: 'an import in the handler, 340 ms, without --fresh',
    expected: { exitCode: 1, first: ['cold-process'], adds: { 'cold-process': 340 } },
    start: async (servers) => [await planted(servers, { import: 340 }), '--rest', 'none'],
  },
  {
    title: 'a first connection to a database, 170 ms',
    expected: { exitCode: 1, first: ['cold-process'], adds: { 'cold-process': 170 } },
    start: async (servers) => [await planted(servers, { database: 170 }), ...SHORT],
  },
  {
    title: '2 cold workers, 400 ms each',
    expected: { exitCode: 1, first: ['cold-workers'], adds: { 'cold-workers': 400 } },
    start: async (servers) => [await planted(servers, { workers: 2, import: 400 }), ...SHORT],
  },
  {
    title: '4 cold workers, 235 ms each',
    expected: { exitCode: 1, first: ['cold-workers'], adds: { 'cold-workers': 235 } },
    start: async (servers) => [await planted(servers, { workers: 4, import: 235 }), ...SHORT],
  },
  {
    title: '300 ms for each URL',
    expected: { exitCode: 1, first: ['cold-url'], adds: { 'cold-url': 300 } },
    start: async (servers) => [await planted(servers, { perUrl: 300 }), ...SHORT],
  },
  {
    title: '300 ms after a rest of 0.8 s',
    expected: { exitCode: 1, first: ['cold-after-rest'], adds: { 'cold-after-rest': 300 } },
    start: async (servers) => [
      await planted(servers, { afterRest: { seconds: 0.8, ms: 300 } }),
      ...['--fresh', '--rest', '1'],
    ],
  },
  {
    title: '250 ms in the handler, always',
    expected: { exitCode: 1, first: ['slow-handler'], adds: { 'slow-handler': 250 } },
    start: async (servers) => [await planted(servers, { always: 250 }), ...SHORT, '--rounds', '5'],
  },
  {
    title: '40 ms of the event loop for each frame',
    expected: { exitCode: 1, first: ['frame-blocks-loop'], adds: { 'frame-blocks-loop': 40 } },
    start: async (servers) => socket(await planted(servers, { perFrame: 40 }), '--frame', 'hello'),
  },
  {
    title: '60 ms of the event loop for each handshake',
    expected: { exitCode: 1, first: ['handshake-blocks-loop'], adds: { 'handshake-blocks-loop': 60 } },
    start: async (servers) => socket(await planted(servers, { perHandshake: 60 })),
  },
  {
    title: 'sockets that hold a pool of one worker',
    expected: { exitCode: 1, first: ['socket-holds-worker'] },
    start: async (servers) => socket(await planted(servers, { pool: 1 })),
  },
  {
    title: 'sockets that hold a pool of 4 workers',
    expected: { exitCode: 1, first: ['socket-holds-worker'] },
    start: async (servers) =>
      socket(await planted(servers, { pool: 4 }), '--load', '--sockets', '8', '--messages', '5'),
  },
  {
    title: 'silent connections that hold a pool of 2 workers',
    expected: { exitCode: 1, first: ['connection-holds-worker'] },
    start: async (servers) => [await planted(servers, { accept: 2 }), '--load', ...SHORT],
  },
  {
    title: 'a broadcast that costs 2 ms for each of 20 sockets',
    expected: { exitCode: 1, first: ['slow-under-load', 'frame-blocks-loop'], allowed: ['slow-under-load'] },
    start: async (servers) =>
      socket(
        await planted(servers, { frames: 'broadcast', perRecipient: 2 }),
        ...['--frame', 'hello', '--load', '--sockets', '20', '--messages', '10'],
      ),
  },
  {
    title: 'a server that drops sockets at 5 frames a second',
    expected: { exitCode: 2, first: [], says: /clos|drop/i },
    start: async (servers) =>
      socket(
        await planted(servers, { dropsFrames: 5, frames: 'broadcast' }),
        ...['--frame', 'hello', '--load', '--sockets', '4', '--messages', '20'],
      ),
  },
  {
    title: "an import in the socket's handler, 300 ms",
    // Only restarts of the server show what the first socket adds to a request.
    expected: { first: [], allowed: ['cold-socket'], says: /probe -- restart/ },
    start: async (servers) => socket(await planted(servers, { socketImport: 300 })),
  },
];
