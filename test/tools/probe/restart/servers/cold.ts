import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';

/** Work of the server, done once in each process. Milliseconds. */
export interface ColdOptions {
  readonly port: number;
  /** The first request blocks the event loop, as an import does. */
  readonly requestImport?: number;
  /** Number of first requests that {@link requestImport} blocks, as with workers that answer in turn. */
  readonly workers?: number;
  /** The first request waits, as for a connection to a database. */
  readonly requestDatabase?: number;
  /** The first socket blocks the event loop. */
  readonly socketImport?: number;
  /** The first socket waits. */
  readonly socketDatabase?: number;
  /** Whichever comes first, request or socket, blocks the event loop. */
  readonly sharedImport?: number;
  /** Request and socket wait for one connection, which the first of them opens. */
  readonly sharedDatabase?: number;
  /** True to answer the handshake after the work of the socket's handler, as uvicorn does. */
  readonly acceptsLate?: boolean;
  /** Each new connection delays its first request. */
  readonly perConnection?: number;
  /** Each request waits. */
  readonly always?: number;
  /** True to send the parts of the first request in the header `Server-Timing`. */
  readonly named?: boolean;
  /** Status of each response. */
  readonly status?: number;
  /** True to end in the first request. */
  readonly crashes?: boolean;
  /** Time after the start of listening in which no request is answered, as that of a worker which loads the app. */
  readonly loads?: number;
  /** True to listen in another process, which is no longer in the process group of this one. */
  readonly daemon?: boolean;
  /** The process ends by itself. */
  readonly endAfter?: number;
  /** True to ignore SIGTERM. */
  readonly stubborn?: boolean;
}

/** Usage: the options as JSON. */
const options: ColdOptions = JSON.parse(process.argv[2] ?? '{}');
const { requestImport, requestDatabase, socketImport, socketDatabase, sharedImport, sharedDatabase } = options;

const imported = new Set<string>();
const connected = new Map<string, Promise<unknown>>();
const known = new WeakSet<object>();
let requests = 0;

if (options.stubborn) {
  process.on('SIGTERM', () => undefined);
}

if (options.endAfter !== undefined) {
  setTimeout(() => process.exit(), options.endAfter);
}

const loaded = sleep(options.loads ?? 0);
const server = createServer(async (request, response) => {
  if (options.crashes) {
    console.error('No module named app');
    process.exit(1);
  }
  await loaded;
  if (options.perConnection !== undefined && !known.has(request.socket)) {
    known.add(request.socket);
    await sleep(options.perConnection);
  }
  const start = performance.now();
  block('shared', sharedImport);
  block(`request of worker ${Math.min(++requests, options.workers ?? 1)}`, requestImport);
  const middle = performance.now();
  await connection('shared', sharedDatabase);
  await connection('request', requestDatabase);
  await sleep(options.always ?? 0);
  if (options.named) {
    response.setHeader('Server-Timing', `import;dur=${middle - start}, db;dur=${performance.now() - middle}`);
  }
  response.writeHead(options.status ?? 200).end('ok');
});

const sockets = new WebSocketServer({ noServer: true });
sockets.on('connection', (socket) => socket.on('message', (frame) => socket.send(frame)));

server.on('upgrade', async (request: IncomingMessage, stream: Duplex, head: Buffer) => {
  stream.on('error', () => stream.destroy());
  if (options.acceptsLate) {
    await handler();
  }
  sockets.handleUpgrade(request, stream, head, (socket) => {
    sockets.emit('connection', socket, request);
    if (!options.acceptsLate) {
      void handler();
    }
  });
});

async function handler(): Promise<void> {
  block('shared', sharedImport);
  block('socket', socketImport);
  await connection('shared', sharedDatabase);
  await connection('socket', socketDatabase);
}

/** Blocks the event loop once. */
function block(what: string, ms = 0): void {
  if (!imported.has(what)) {
    imported.add(what);
    const end = performance.now() + ms;
    while (performance.now() < end) {
      // Busy, as an import is.
    }
  }
}

/** Waits for a connection that is opened once. */
async function connection(what: string, ms = 0): Promise<void> {
  const opened = connected.get(what) ?? sleep(ms);
  connected.set(what, opened);
  await opened;
}

if (options.daemon) {
  const args = [...process.execArgv, __filename, JSON.stringify({ ...options, daemon: false })];
  spawn(process.execPath, args, { detached: true, stdio: 'inherit' });
} else {
  server.listen(options.port, '127.0.0.1');
}
