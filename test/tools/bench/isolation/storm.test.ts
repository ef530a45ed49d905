import { once } from 'node:events';
import type { Server } from 'node:http';
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

test('as many sockets stay as were asked for', async () => {
  await Storm.gather({ url }, 20);
  expect(sockets.clients.size).toBe(20);
});

test('a storm keeps its bounds, brings about what it tells, and leaves nothing behind', async () => {
  const storm = await Storm.gather({ url }, 20);
  const gathered = handshakes;
  const weather = await storm.rage({ seconds: 0.5, broadcastsPerSecond: 20, connectsPerSecond: 40 });
  expect(weather.broadcasts).toBeGreaterThan(0);
  expect(weather.broadcasts).toBeLessThanOrEqual(10);
  expect(weather.connects).toBeGreaterThan(0);
  expect(weather.connects).toBeLessThanOrEqual(20);
  expect(handshakes - gathered).toBe(weather.connects);
  // The server hears of the last that left a moment after it.
  while (sockets.clients.size > 20) {
    await nextTurn();
  }
  expect(sockets.clients.size).toBe(20);
});

test('a refusal ends a storm', async () => {
  const storm = await Storm.gather({ url }, 1);
  for (const client of sockets.clients) {
    client.removeAllListeners('message');
    client.on('message', () => client.send('{"type":"error","code":"rate_limited","message":"Too many"}'));
  }
  await expect(storm.rage({ seconds: 0.1, broadcastsPerSecond: 10, connectsPerSecond: 1 })).rejects.toThrow(
    'rate_limited: Too many',
  );
});
