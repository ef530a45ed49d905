import { JSON_POST, PAGE, SHORT, type Verdict } from '../../../../tools/bench/probe/case';
import { node, python, type Runtime, startApp } from './apps/app';
import { expectVerdict } from './probed';

jest.setTimeout(120_000);

/** An app of a framework, with one planted cause or none. */
interface App {
  readonly title: string;
  readonly runtime: Runtime;
  /** Program and arguments that start it. */
  readonly command: readonly string[];
  /** As the app knows it. */
  readonly planted: string;
  readonly args: readonly string[];
  /** Number of processes. @default 1 */
  readonly workers?: number;
  /** Path of its WebSocket, if the probe must open it. */
  readonly socket?: string;
  readonly expected: Verdict;
}

const SLOW_IMPORT: Verdict = { exitCode: 1, first: ['cold-process'], adds: { 'cold-process': 400 } };
const NO_FAULT: Verdict = { exitCode: 0, first: [] };
const ECHO = [...SHORT, '--rounds', '5', '--frame', 'hello'];

const UVICORN = {
  runtime: python('fastapi', 'uvicorn', 'websockets'),
  command: ['-m', 'uvicorn', 'fastapi_app:app', '--port', '0'],
};

const FASTAPI: readonly App[] = [
  {
    ...{ title: 'FastAPI, nothing', ...UVICORN, planted: '', args: ECHO, socket: '/ws' },
    expected: NO_FAULT,
  },
  {
    ...{ title: 'FastAPI, an import in the handler', ...UVICORN, planted: 'import', args: SHORT },
    expected: { ...SLOW_IMPORT, says: /lifespan/ },
  },
  {
    ...{ title: 'FastAPI, a preflight with a max-age of 0', ...UVICORN, planted: 'preflight' },
    args: [...PAGE, ...JSON_POST, ...SHORT],
    expected: { exitCode: 1, first: ['preflight'], says: /max_age/ },
  },
  {
    ...{ title: 'FastAPI, 40 ms of the loop for each frame', ...UVICORN, planted: 'frame', args: ECHO, socket: '/ws' },
    expected: {
      ...{ exitCode: 1, first: ['frame-blocks-loop'], says: /to_thread/ },
      adds: { 'frame-blocks-loop': 40 },
    },
  },
];

const GUNICORN = {
  runtime: python('flask', 'gunicorn'),
  command: ['-m', 'gunicorn', '--bind', '127.0.0.1:0', 'flask_app:app'],
};

/** The default worker closes each connection. */
const SYNC: Verdict = { exitCode: 1, first: ['connection-closed'] };

const FLASK: readonly App[] = [
  {
    ...{ title: 'Flask with threads and keep-alive, nothing', ...GUNICORN, planted: '', args: SHORT },
    command: [...GUNICORN.command, '--threads', '8', '--keep-alive', '75'],
    expected: NO_FAULT,
  },
  {
    ...{ title: 'Flask, a worker that closes connections', ...GUNICORN, planted: '', args: SHORT },
    expected: { ...SYNC, says: /--keep-alive/ },
  },
  {
    ...{ title: 'Flask, an import in the handler', ...GUNICORN, planted: 'import', args: SHORT },
    expected: { ...SLOW_IMPORT, others: ['connection-closed'], says: /preload/ },
  },
  {
    ...{ title: 'Flask, an import in the handler of 4 workers', ...GUNICORN, planted: 'import', args: SHORT },
    command: [...GUNICORN.command, '--workers', '4'],
    workers: 4,
    // Any worker can answer a request, so the second one can be the first of its worker, or not.
    expected: {
      ...{ exitCode: 1, first: ['cold-workers', 'cold-process'] },
      ...{ others: ['connection-closed'], allowed: ['cold-process', 'cold-workers'] },
    },
  },
  {
    ...{ title: 'Flask, one silent connection', ...GUNICORN, planted: '' },
    args: [...SHORT, '--load', '--sockets', '1', '--messages', '1'],
    expected: {
      ...{ exitCode: 1, first: ['connection-holds-worker'], others: ['connection-closed'] },
      says: /gevent|async|proxy/,
    },
  },
];

const EXPRESS_APP = { runtime: node('express'), command: ['express-app.cjs'] };

const EXPRESS: readonly App[] = [
  { ...{ title: 'Express, nothing', ...EXPRESS_APP, planted: '', args: SHORT }, expected: NO_FAULT },
  {
    ...{ title: 'Express, a lazy require', ...EXPRESS_APP, planted: 'import', args: SHORT },
    expected: { ...SLOW_IMPORT, says: /require/ },
  },
  {
    ...{ title: 'Express, a template for each URL', ...EXPRESS_APP, planted: 'url', args: SHORT },
    expected: { exitCode: 1, first: ['cold-url'], adds: { 'cold-url': 300 } },
  },
  {
    ...{ title: 'Express, a preflight without max-age', ...EXPRESS_APP, planted: 'preflight' },
    args: [...PAGE, ...JSON_POST, ...SHORT],
    expected: { exitCode: 1, first: ['preflight'], says: /maxAge/ },
  },
];

const SOCKETIO_APP = {
  ...{ runtime: node('socket.io'), command: ['socketio-app.cjs'] },
  socket: '/socket.io/?EIO=4&transport=websocket',
};

/** A connection of the protocol, and an event. */
const EVENT = [...SHORT, '--rounds', '5', '--greeting', '40', '--frame', '42["message","hello"]'];

const SOCKETIO: readonly App[] = [
  { ...{ title: 'Socket.IO, nothing', ...SOCKETIO_APP, planted: '', args: EVENT }, expected: NO_FAULT },
  {
    ...{ title: 'Socket.IO, a lazy require in a request', ...SOCKETIO_APP, planted: 'import', args: EVENT },
    expected: SLOW_IMPORT,
  },
  {
    ...{ title: 'Socket.IO, 40 ms of the loop for each event', ...SOCKETIO_APP, planted: 'frame', args: EVENT },
    expected: { exitCode: 1, first: ['frame-blocks-loop'], adds: { 'frame-blocks-loop': 40 } },
  },
  {
    ...{ title: 'Socket.IO, 60 ms of authentication for each socket', ...SOCKETIO_APP, planted: 'handshake' },
    args: EVENT,
    expected: { exitCode: 1, first: ['handshake-blocks-loop'], adds: { 'handshake-blocks-loop': 60 } },
  },
];

for (const { title, runtime, command, planted, args, workers = 1, socket, expected } of [
  ...FASTAPI,
  ...FLASK,
  ...EXPRESS,
  ...SOCKETIO,
]) {
  if ('missing' in runtime) {
    test.skip(`the probe is right about an app of ${title} (skipped: ${runtime.missing} is not installed)`, () => {});
    continue;
  }
  test(`the probe is right about an app of ${title}`, () =>
    expectVerdict({
      title,
      expected,
      start: async (servers) => {
        const url = await startApp(runtime, command, planted, workers, servers);
        const sockets = socket === undefined ? [] : ['--websocket', `${url.replace('http', 'ws')}${socket}`];
        return [`${url}/items`, ...sockets, ...args];
      },
    }));
}
