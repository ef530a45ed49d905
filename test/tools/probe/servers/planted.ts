import { appendFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { reportPort } from './api';
import { Costs } from './planted/costs';
import type { PlantedOptions } from './planted/options';
import { PlantedSockets } from './planted/sockets';
import { transport } from './planted/transport';
import { Workers } from './planted/workers';

/** Usage: the options as JSON. */
const options: PlantedOptions = JSON.parse(process.argv[2] ?? '{}');

/** Milliseconds from a write to the end of the process, as a watcher of files needs them. */
const NOTICED = 100;

const { maxAge = 7200, status = 200, bytes = 2, host = '127.0.0.1' } = options;
const pool = options.pool === undefined ? undefined : new Workers(options.pool);
const acceptors = options.accept === undefined ? undefined : new Workers(options.accept);
/** Connections that occupy a worker, of those in {@link acceptors}. */
const occupying = new WeakSet<Socket>();
const open = new Set<Socket>();
let costs = new Costs(options);
let sockets = new PlantedSockets(options);
let restarting = false;

const server = transport(options, (request, response) => void answer(request, response));
server.on('upgrade', async (request: IncomingMessage, socket: Socket, head: Buffer) => {
  await pool?.occupy();
  if (socket.destroyed) {
    pool?.release();
  } else {
    socket.once('close', () => pool?.release());
    sockets.upgrade(request, socket, head);
  }
});
const listener = acceptors ? createTcpServer({ pauseOnConnect: true }, (socket) => void accept(socket)) : server;
listener.on('connection', (socket: Socket) => {
  open.add(socket);
  socket.once('close', () => open.delete(socket));
  socket.on('error', () => socket.destroy());
});
listener.listen(0, host, () => reportPort(port()));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*');
  if (options.close) {
    response.setHeader('Connection', 'close');
  }
  if (request.method === 'OPTIONS') {
    preflight(request, response);
    return;
  }
  if (options.redirect !== undefined && request.url === '/moved') {
    await sleep(options.redirect);
    response.writeHead(301, { location: '/' }).end();
    return;
  }
  request.resume();
  const { socket } = request;
  if (acceptors && !occupying.has(socket)) {
    await acceptors.occupy();
    occupying.add(socket);
  }
  await pool?.occupy();
  await costs.pay(request);
  if (request.method === 'POST') {
    written();
  }
  response.writeHead(status).end(status === 204 || request.method === 'HEAD' ? undefined : 'x'.repeat(bytes));
  pool?.release();
  if (acceptors && occupying.delete(socket)) {
    acceptors.release();
  }
}

/** Answers as a middleware does, before the costs of the handler. */
function preflight({ headers }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Methods', headers['access-control-request-method'] ?? 'GET');
  response.setHeader('Access-Control-Allow-Headers', headers['access-control-request-headers'] ?? 'content-type');
  if (maxAge !== null) {
    response.setHeader('Access-Control-Max-Age', maxAge);
  }
  response.writeHead(204).end();
}

/** Reads nothing from the connection until a worker is free. */
async function accept(socket: Socket): Promise<void> {
  await acceptors?.occupy();
  occupying.add(socket);
  socket.once('close', () => {
    if (occupying.delete(socket)) {
      acceptors?.release();
    }
  });
  server.emit('connection', socket);
  socket.resume();
}

function written(): void {
  if (options.writes !== undefined) {
    appendFileSync(options.writes, 'one line\n');
  }
  if (options.restartOnWrite !== undefined && !restarting) {
    restarting = true;
    setTimeout(restart, NOTICED, options.restartOnWrite);
  }
}

/** Ends every connection and refuses new ones for a time, as between the end of a process and the start of the next. */
async function restart(ms: number): Promise<void> {
  const known = port();
  listener.close();
  for (const socket of open) {
    socket.destroy();
  }
  costs = new Costs(options);
  sockets = new PlantedSockets(options);
  await sleep(ms);
  listener.listen(known, host);
  restarting = false;
}

function port(): number {
  return (listener.address() as AddressInfo).port;
}
