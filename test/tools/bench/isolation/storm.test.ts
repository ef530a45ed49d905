import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WebSocketServer } from 'ws';
import { addPlainSockets, plainHttp } from '../../../../tools/demo/single-process/plain-server';
import { Storm } from '../../../../tools/bench/isolation/storm';

let server: Server;
let sockets: WebSocketServer;
let url: string;
let handshakes: number;

beforeEach(async () => {
  server = plainHttp();
  sockets = addPlainSockets(server);
  handshakes = 0;
  sockets.on('connection', () => {
    handshakes += 1;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const client of sockets.clients) {
    client.terminate();
  }
  server.close();
  await once(server, 'close');
});

test('a storm opens the given number of sockets', async () => {
  await Storm.open({ url }, 20);
  expect(sockets.clients.size).toBe(20);
});

test('a storm stays within its rates, reports its work, and closes the sockets that it opened', async () => {
  const storm = await Storm.open({ url }, 20);
  const opened = handshakes;
  const result = await storm.run({ leadSeconds: 0, seconds: 0.5, broadcastsPerSecond: 20, connectsPerSecond: 40 });
  expect(result.arrivals).toBeGreaterThan(0);
  expect(result.arrivals).toBeLessThanOrEqual(10 * 20);
  expect(result.connects).toBeGreaterThan(0);
  expect(result.connects).toBeLessThanOrEqual(20);
  expect(handshakes - opened).toBeGreaterThanOrEqual(result.connects);
  // The server notices the last closed socket a moment later.
  while (sockets.clients.size > 20) {
    await nextTurn();
  }
  expect(sockets.clients.size).toBe(20);
});

test('a storm counts no work before its measurement', async () => {
  const storm = await Storm.open({ url }, 5);
  let published = 0;
  for (const client of sockets.clients) {
    client.on('message', () => (published += 1));
  }
  const result = await storm.run({ leadSeconds: 0.5, seconds: 0, broadcastsPerSecond: 20, connectsPerSecond: 20 });
  expect(published).toBeGreaterThan(0);
  expect(result).toEqual({ arrivals: 0, connects: 0 });
});

test('messages are sent while others are in flight, and can arrive together in one frame', async () => {
  const storm = await Storm.open({ url }, 2);
  const first: unknown[] = [];
  for (const client of sockets.clients) {
    client.removeAllListeners('message');
    client.on('message', (frame) => {
      const { id, data } = JSON.parse(frame.toString());
      const held = first.length < 2;
      if (held) {
        first.push({ id, data });
      }
      if (first.length === 2) {
        const messages = held ? first : [{ id, data }];
        sockets.clients.forEach((each) => each.send(JSON.stringify({ type: 'messages', messages })));
      }
    });
  }
  // All messages that can be in flight are due within these seconds. Without a second one, the first does not arrive.
  await storm.run({ leadSeconds: 0, seconds: 0.06, broadcastsPerSecond: 1000, connectsPerSecond: 1 });
  expect(first).toHaveLength(2);
});

test('a storm rejects if the server returns an error', async () => {
  const storm = await Storm.open({ url }, 1);
  for (const client of sockets.clients) {
    client.removeAllListeners('message');
    client.on('message', () => client.send('{"type":"error","code":"rate_limited","message":"Too many"}'));
  }
  await expect(
    storm.run({ leadSeconds: 0, seconds: 0.1, broadcastsPerSecond: 10, connectsPerSecond: 1 }),
  ).rejects.toThrow('rate_limited: Too many');
});

test('subjects sign in before a storm, and take turns to open its additional sockets', async () => {
  let issued = 0;
  const authorizations: unknown[] = [];
  const issuer = createServer((request, response) => {
    if (request.method === 'POST') {
      authorizations.push(request.headers.authorization);
      response.end('{"ticket":"t"}');
    } else {
      issued += 1;
      response.end(`{"id_token":"${issued}"}`);
    }
  });
  await once(issuer.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  try {
    const storm = await Storm.open({ url, tickets: { tokens: origin, mint: origin } }, 3);
    const before = issued;
    authorizations.length = 0;
    await storm.run({ leadSeconds: 0, seconds: 0.3, broadcastsPerSecond: 1, connectsPerSecond: 100 });
    expect(authorizations.length).toBeGreaterThan(1);
    expect(new Set(authorizations).size).toBe(authorizations.length);
    expect(issued).toBe(before);
  } finally {
    issuer.closeAllConnections();
    issuer.close();
    await once(issuer, 'close');
  }
});
