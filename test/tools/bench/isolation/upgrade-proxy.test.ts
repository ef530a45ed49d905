import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebSocketServer } from 'ws';
import { idsIn, open, publish, subscribe } from '../../../../tools/bench/isolation/client';
import { addPlainSockets, plainHttp } from '../../../../tools/demo/single-process/plain-server';
import { upgradeProxy } from '../../../../tools/bench/isolation/upgrade-proxy';

let http: Server;
let socket: Server;
let sockets: WebSocketServer;
let proxy: Server;

beforeEach(async () => {
  http = plainHttp();
  // A request without an upgrade must not reach this server.
  socket = createServer((_, response) => response.writeHead(418).end());
  sockets = addPlainSockets(socket);
  proxy = upgradeProxy({ http: await listening(http), socket: await listening(socket) });
  await listening(proxy);
});

afterEach(async () => {
  for (const client of sockets.clients) {
    client.terminate();
  }
  await Promise.all([proxy, http, socket].map(close));
});

test('the proxy sends requests to the HTTP server, and handshakes to the server for sockets', async () => {
  const response = await fetch(`http://127.0.0.1:${portOf(proxy)}/health`);
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);

  const client = await open({ url: `ws://127.0.0.1:${portOf(proxy)}` });
  await subscribe(client);
  publish(client, 'through-the-proxy');
  const [frame] = await once(client, 'message');
  expect(idsIn(frame, 'through-')).toEqual(['through-the-proxy']);
  client.close();
  await once(client, 'close');
});

test('the proxy closes the client connection of a socket that its server closes', async () => {
  const client = await open({ url: `ws://127.0.0.1:${portOf(proxy)}` });
  const closed = once(client, 'close');
  for (const each of sockets.clients) {
    each.terminate();
  }
  expect(await closed).toEqual([1006, expect.anything()]);
});

test('without servers, the proxy answers a request with 502 and closes a handshake', async () => {
  await Promise.all([http, socket].map(close));
  expect((await fetch(`http://127.0.0.1:${portOf(proxy)}/health`)).status).toBe(502);
  await expect(open({ url: `ws://127.0.0.1:${portOf(proxy)}` })).rejects.toThrow('socket hang up');
});

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return portOf(server);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  if (server.listening) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}
