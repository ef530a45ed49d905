import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http, { Agent, type IncomingMessage } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { CA } from '../../../tools/probe/servers/certificate';
import type { PlantedOptions } from '../../../tools/probe/servers/planted/options';
import { Servers } from '../../../tools/probe/servers/start';

/** Milliseconds that a response without a planted cost takes at most, on a busy machine. */
const AT_ONCE = 100;

const servers = new Servers();
const agents: Agent[] = [];
const sockets: WebSocket[] = [];
afterEach(async () => {
  agents.splice(0).forEach((agent) => agent.destroy());
  sockets.splice(0).forEach((socket) => socket.terminate());
  await servers.stop();
});

function start(options: PlantedOptions): Promise<number> {
  return servers.start('planted', JSON.stringify(options));
}

/** A connection of its own, which several requests use. */
function connection(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return agent;
}

interface Sent {
  readonly agent?: Agent;
  readonly path?: string;
  readonly method?: string;
}

/** @returns milliseconds until the response ends */
async function get(port: number, { agent = connection(), path = '/', method = 'GET' }: Sent = {}): Promise<number> {
  const began = performance.now();
  const sent = http.request({ port, host: '127.0.0.1', agent, path, method }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return performance.now() - began;
}

async function open(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  sockets.push(socket);
  await once(socket, 'open');
  return socket;
}

/** First request, second, the first on a new connection, and the first of a new URL. */
async function renewals(port: number): Promise<number[]> {
  const agent = connection();
  const [first, second] = [await get(port, { agent }), await get(port, { agent })];
  return [first, second, await get(port), await get(port, { agent, path: '/new' })];
}

const NONE = [0, 0, 0, 0];

test.each<[string, PlantedOptions, number[]]>([
  ['nothing', {}, NONE],
  ['an import', { import: 300 }, [300, 0, 0, 0]],
  ['a database', { database: 300 }, [300, 0, 0, 0]],
  ['each URL', { perUrl: 300 }, [300, 0, 0, 300]],
  ['each connection', { perConnection: 300 }, [300, 0, 300, 0]],
  ['each request', { always: 300 }, [300, 300, 300, 300]],
  ['each of two workers', { workers: 2, import: 300 }, [300, 0, 300, 0]],
  ['an import and each URL', { import: 300, perUrl: 300 }, [600, 0, 0, 300]],
  ['an import and each connection', { import: 300, perConnection: 300 }, [600, 0, 300, 0]],
  ['sockets alone', { perFrame: 300, perHandshake: 300, socketImport: 300, pool: 2, accept: 2 }, NONE],
])('a planted server costs only what is planted: %s', async (_, options, planted) => {
  const measured = await renewals(await start(options));
  const costs = measured.map((ms, place) => ms - (planted[place] ?? 0));
  expect({ measured, tooFast: costs.filter((ms) => ms < -5), tooSlow: costs.filter((ms) => ms > AT_ONCE) }).toEqual({
    measured,
    tooFast: [],
    tooSlow: [],
  });
});

test('a planted rest costs only the request that follows it', async () => {
  const port = await start({ afterRest: { seconds: 0.5, ms: 300 } });
  const agent = connection();
  await get(port, { agent });
  expect(await get(port, { agent })).toBeLessThan(AT_ONCE);
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(await get(port, { agent })).toBeGreaterThan(290);
  expect(await get(port, { agent })).toBeLessThan(AT_ONCE);
});

test.each<[string, PlantedOptions]>([
  ['after each response', { close: true }],
  ['after half a second', { idle: 0.5 }],
])('a planted server closes the connection %s', async (_, options) => {
  const port = await start(options);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  socket.resume();
  const began = performance.now();
  await once(socket, 'end');
  const ms = performance.now() - began;
  expect(ms).toBeGreaterThan((options.idle ?? 0) * 900);
  expect(ms).toBeLessThan(1_500);
});

test('a planted frame blocks a request that follows it, and a planted handshake one that comes during it', async () => {
  const port = await start({ perFrame: 200, perHandshake: 200 });
  const agent = connection();
  await get(port, { agent });
  const socket = await open(port);
  const echoed = once(socket, 'message');
  socket.send('hello');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await get(port, { agent })).toBeGreaterThan(100);
  await echoed;
  const opened = open(port);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await get(port, { agent })).toBeGreaterThan(100);
  await opened;
});

test('a socket occupies a worker of a planted pool until it closes', async () => {
  const port = await start({ pool: 2 });
  await open(port);
  expect(await get(port)).toBeLessThan(AT_ONCE);
  const second = await open(port);
  const waiting = get(port);
  setTimeout(() => second.terminate(), 300);
  expect(await waiting).toBeGreaterThan(290);
});

test('a silent connection occupies a worker until it closes, and an idle one does not', async () => {
  const port = await start({ accept: 2 });
  const idle = connection();
  await get(port, { agent: idle });
  const silent = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  await Promise.all(silent.map((socket) => once(socket, 'connect')));
  const waiting = get(port);
  setTimeout(() => silent.forEach((socket) => socket.destroy()), 300);
  expect(await waiting).toBeGreaterThan(290);
  expect(await get(port, { agent: idle })).toBeLessThan(AT_ONCE);
});

test('a planted server closes a socket that sends too many frames', async () => {
  const socket = await open(await start({ dropsFrames: 3 }));
  let echoes = 0;
  socket.on('message', () => echoes++);
  for (let frame = 0; frame < 4; frame++) {
    socket.send('hello');
  }
  const [code] = await once(socket, 'close');
  expect({ code, echoes }).toEqual({ code: 1008, echoes: 3 });
});

test('a server that restarts on a write refuses connections, and its next process is cold', async () => {
  const port = await start({ import: 300, restartOnWrite: 250 });
  expect(await get(port, { method: 'POST' })).toBeGreaterThan(290);
  expect(await get(port, { method: 'GET' })).toBeLessThan(AT_ONCE);
  const refused: number[] = [];
  const began = performance.now();
  while (performance.now() - began < 5_000) {
    try {
      const ms = await get(port);
      if (refused.length > 0) {
        expect(ms).toBeGreaterThan(290);
        break;
      }
    } catch {
      refused.push(performance.now());
    }
  }
  expect((refused.at(-1) ?? 0) - (refused[0] ?? 0)).toBeGreaterThan(150);
});

test('a planted server redirects, and answers preflights before any cost', async () => {
  const port = await start({ import: 300, redirect: 200, maxAge: null });
  expect(await get(port, { method: 'OPTIONS' })).toBeLessThan(AT_ONCE);
  const ms = await get(port, { path: '/moved' });
  expect(ms).toBeGreaterThan(195);
  expect(ms).toBeLessThan(290);
});

test.each<[PlantedOptions['transport'], string]>([
  ['https', 'TLSv1.3'],
  ['TLSv1.2', 'TLSv1.2'],
])('a planted server answers with TLS: %s', async (transport, protocol) => {
  const port = await start({ transport, bytes: 2_000_000 });
  const sent = https.get({ port, host: '127.0.0.1', ca: readFileSync(CA), agent: false });
  const [response] = await once(sent, 'response');
  expect(response.socket.getProtocol()).toBe(protocol);
  let length = 0;
  for await (const chunk of response) {
    length += chunk.length;
  }
  expect(length).toBe(2_000_000);
});

test('a planted server answers with HTTP/2', async () => {
  const port = await start({ transport: 'h2', status: 204 });
  const session = http2.connect(`https://127.0.0.1:${port}`, { ca: readFileSync(CA) });
  const [headers] = await once(session.request({ ':path': '/' }).resume(), 'response');
  session.close();
  expect(headers[':status']).toBe(204);
});
