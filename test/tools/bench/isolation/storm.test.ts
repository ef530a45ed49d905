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

test('a storm opens the given number of sockets', async () => {
  await Storm.open({ url }, 20);
  expect(sockets.clients.size).toBe(20);
});

test('a storm stays within its rates, reports its work, and closes the sockets that it opened', async () => {
  const storm = await Storm.open({ url }, 20);
  const opened = handshakes;
  const result = await storm.run({ seconds: 0.5, broadcastsPerSecond: 20, connectsPerSecond: 40 });
  expect(result.broadcasts).toBeGreaterThan(0);
  expect(result.broadcasts).toBeLessThanOrEqual(10);
  expect(result.connects).toBeGreaterThan(0);
  expect(result.connects).toBeLessThanOrEqual(20);
  expect(handshakes - opened).toBe(result.connects);
  // The server notices the last closed socket a moment later.
  while (sockets.clients.size > 20) {
    await nextTurn();
  }
  expect(sockets.clients.size).toBe(20);
});

test('a storm rejects if the server returns an error', async () => {
  const storm = await Storm.open({ url }, 1);
  for (const client of sockets.clients) {
    client.removeAllListeners('message');
    client.on('message', () => client.send('{"type":"error","code":"rate_limited","message":"Too many"}'));
  }
  await expect(storm.run({ seconds: 0.1, broadcastsPerSecond: 10, connectsPerSecond: 1 })).rejects.toThrow(
    'rate_limited: Too many',
  );
});
