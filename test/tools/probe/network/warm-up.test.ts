import http from 'node:http';
import http2 from 'node:http2';
import type { Server } from 'node:net';
import { RunningClock } from '../../../../tools/probe/network/running-clock';
import { warmUp } from '../../../../tools/probe/network/warm-up';

const REQUEST = { method: 'POST', path: '/items', headers: { 'x-own': '1' }, body: '{}' };

let clock: RunningClock;
beforeEach(() => {
  clock = new RunningClock();
});
afterEach(() => {
  clock.stop();
  jest.restoreAllMocks();
});

/** Numbers of requests and connections of each server that the code under test creates. */
function observed(): { server: Server; connections: number; requests: number }[] {
  const servers: { server: Server; connections: number; requests: number }[] = [];
  for (const module of [http, http2]) {
    const create = module.createServer as (...args: unknown[]) => Server;
    jest.spyOn(module as { createServer: unknown } as never, 'createServer' as never).mockImplementation(((
      ...args: unknown[]
    ) => {
      const seen = { server: create(...args), connections: 0, requests: 0 };
      seen.server.on('connection', () => (seen.connections += 1)).on('request', () => (seen.requests += 1));
      servers.push(seen);
      return seen.server;
    }) as never);
  }
  return servers;
}

test('the warm-up opens some connections and sends requests to a server of its own, and ends that', async () => {
  const servers = observed();
  await warmUp(REQUEST, true, clock, new AbortController().signal);

  expect(servers.map(({ connections, requests }) => [connections, requests])).toEqual([
    [3, 9],
    [3, 9],
  ]);
  expect(servers.map(({ server }) => server.listening)).toEqual([false, false]);
});

test('the warm-up uses HTTP/2 only if the measured server may have it', async () => {
  const servers = observed();
  await warmUp(REQUEST, false, clock, new AbortController().signal);

  expect(servers).toHaveLength(1);
});

test('a machine without the loopback address is measured without a warm-up', async () => {
  const { createServer } = http;
  const requested = jest.fn();
  jest.spyOn(http, 'createServer').mockImplementation(((answer: http.RequestListener) => {
    const server = createServer(answer).on('request', requested);
    jest.spyOn(server, 'listen').mockImplementation(() => {
      setImmediate(() => server.emit('error', new Error('EADDRNOTAVAIL')));
      return server;
    });
    return server;
  }) as typeof createServer);
  await warmUp(REQUEST, false, clock, new AbortController().signal);

  expect(requested).not.toHaveBeenCalled();
});

test('an interrupted warm-up rejects', async () => {
  await expect(warmUp(REQUEST, false, clock, AbortSignal.abort())).rejects.toThrow();
});
