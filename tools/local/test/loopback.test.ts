import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { alsoOnIpv6 } from '../loopback';

test('a server on 127.0.0.1 also serves ::1, until the server on ::1 is closed', async () => {
  const server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const get = (host: string) => fetch(`http://${host}:${port}`, { headers: { connection: 'close' } });

  const twin = await alsoOnIpv6(server, port);
  const bodies = await Promise.all(['127.0.0.1', '[::1]'].map(async (host) => (await get(host)).text()));
  twin?.close();

  expect(bodies).toEqual(['hello', 'hello']);
  await expect(get('[::1]')).rejects.toThrow('fetch failed');
  expect((await get('127.0.0.1')).status).toBe(200);
  server.close();
});

test('a port that is in use at ::1 is an error', async () => {
  const other = createServer().listen(0, '::1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;

  await expect(alsoOnIpv6(createServer(), port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  other.close();
});
