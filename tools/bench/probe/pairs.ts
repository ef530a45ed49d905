import { type Case, JSON_POST, PAGE, planted, SHORT, socket } from './case';

/** Two causes at once, of which one can mask the other. */
export const PAIRS: readonly Case[] = [
  {
    title: 'an import, 340 ms, and a first connection to a database, 170 ms',
    // Both are one cold start from outside, unless the server sends Server-Timing.
    expected: { exitCode: 1, first: ['cold-process'], adds: { 'cold-process': 510 }, says: /Server-Timing/i },
    start: async (servers) => [await planted(servers, { import: 340, database: 170 }), ...SHORT],
  },
  {
    title: 'an import, 500 ms, and 250 ms for each URL',
    expected: {
      ...{ exitCode: 1, first: ['cold-process'], others: ['cold-url'] },
      adds: { 'cold-process': 500, 'cold-url': 250 },
    },
    start: async (servers) => [await planted(servers, { import: 500, perUrl: 250 }), ...SHORT],
  },
  {
    title: 'an import, 500 ms, and 250 ms for each connection',
    expected: {
      ...{ exitCode: 1, first: ['cold-process'], others: ['slow-connection'] },
      adds: { 'cold-process': 500, 'slow-connection': 250 },
    },
    start: async (servers) => [await planted(servers, { import: 500, perConnection: 250 }), ...SHORT],
  },
  {
    title: '250 ms for each connection, and a server that closes it after each response',
    // A slow handler looks the same. What is certain is that each request needs a new connection.
    expected: {
      ...{ exitCode: 1, first: ['connection-closed'], says: /whether .*handler.*connection/ },
    },
    start: async (servers) => [await planted(servers, { perConnection: 250, close: true }), ...SHORT, '--rounds', '5'],
  },
  {
    title: 'an import, 340 ms, and a server that closes the connection after each response',
    expected: {
      ...{ exitCode: 1, first: ['cold-process'], others: ['connection-closed'] },
      adds: { 'cold-process': 340 },
    },
    start: async (servers) => [await planted(servers, { import: 340, close: true }), ...SHORT],
  },
  {
    title: 'an import, 340 ms, and a preflight with a max-age of 0',
    expected: {
      ...{ exitCode: 1, first: ['cold-process'], others: ['preflight'] },
      adds: { 'cold-process': 340 },
    },
    start: async (servers) => [await planted(servers, { import: 340, maxAge: 0 }), ...PAGE, ...JSON_POST, ...SHORT],
  },
  {
    title: 'an import, 340 ms, and a server that restarts after each write, 250 ms',
    // Every request after a write is the first of a process, so the import is not seen once.
    expected: { exitCode: 1, first: ['reload-on-write'], allowed: ['cold-process', 'cold-after-rest'] },
    start: async (servers) => [
      await planted(servers, { import: 340, restartOnWrite: 250 }),
      ...[...JSON_POST, '--fresh', '--rest', '1'],
    ],
  },
  {
    title: '120 ms in the handler, always, and 40 ms of the event loop for each frame',
    expected: {
      ...{ exitCode: 1, first: ['slow-handler', 'frame-blocks-loop'], others: ['slow-handler', 'frame-blocks-loop'] },
      adds: { 'slow-handler': 120, 'frame-blocks-loop': 40 },
    },
    start: async (servers) => socket(await planted(servers, { always: 120, perFrame: 40 }), '--frame', 'hello'),
  },
  {
    title: 'an import, 340 ms, and 40 ms of the event loop for each frame',
    expected: {
      ...{ exitCode: 1, first: ['cold-process'], others: ['frame-blocks-loop'] },
      adds: { 'cold-process': 340, 'frame-blocks-loop': 40 },
    },
    start: async (servers) => socket(await planted(servers, { import: 340, perFrame: 40 }), '--frame', 'hello'),
  },
  {
    title: '300 ms for each URL, and 40 ms of the event loop for each frame',
    expected: {
      ...{ exitCode: 1, first: ['cold-url'], others: ['frame-blocks-loop'] },
      adds: { 'cold-url': 300, 'frame-blocks-loop': 40 },
    },
    start: async (servers) => socket(await planted(servers, { perUrl: 300, perFrame: 40 }), '--frame', 'hello'),
  },
  {
    title: 'sockets that hold a pool of 2 workers, and 40 ms of the event loop for each frame',
    expected: { exitCode: 1, first: ['socket-holds-worker'], others: ['frame-blocks-loop'] },
    start: async (servers) =>
      socket(
        await planted(servers, { pool: 2, perFrame: 40 }),
        ...['--frame', 'hello', '--load', '--sockets', '2', '--messages', '5'],
      ),
  },
  {
    title: 'an import, 340 ms, and sockets that hold a pool of one worker',
    expected: {
      ...{ exitCode: 1, first: ['socket-holds-worker', 'cold-process'] },
      others: ['cold-process', 'socket-holds-worker'],
    },
    start: async (servers) => socket(await planted(servers, { import: 340, pool: 1 })),
  },
  {
    title: '300 ms for each URL, and 2 cold workers, 500 ms each',
    expected: { exitCode: 1, first: ['cold-workers'], others: ['cold-url'], adds: { 'cold-url': 300 } },
    start: async (servers) => [await planted(servers, { perUrl: 300, workers: 2, import: 500 }), ...SHORT],
  },
  {
    title: 'an import, 340 ms, and localhost that listens only on IPv4',
    expected: {
      ...{ exitCode: 1, first: ['cold-process', 'address-family'], others: ['cold-process', 'address-family'] },
      adds: { 'cold-process': 340 },
    },
    start: async (servers) => [await planted(servers, { import: 340 }, 'localhost'), ...SHORT],
  },
  {
    title: 'an import, 340 ms, and 300 ms after a rest of 0.8 s',
    expected: {
      ...{ exitCode: 1, first: ['cold-process'], others: ['cold-after-rest'] },
      adds: { 'cold-process': 340, 'cold-after-rest': 300 },
    },
    start: async (servers) => [
      await planted(servers, { import: 340, afterRest: { seconds: 0.8, ms: 300 } }),
      ...['--fresh', '--rest', '1'],
    ],
  },
];
