import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { recognize } from '../../../../tools/probe/steps/live-reload';
import { ReloadWatch } from '../../../../tools/probe/steps/reload-watch';
import { aftermaths } from '../../../../tools/probe/steps/aftermaths';
import { Laboratory } from './laboratory';

/** Milliseconds that are watched after each request. */
const WINDOW = 250;

/** Milliseconds for which a server refuses connections while it restarts. */
const RESTART = 150;

const RESTS = { rests: [1] };

let laboratory: Laboratory;
beforeEach(() => {
  laboratory = new Laboratory();
});
afterEach(() => laboratory.close());

test('a server that restarts after a request is recorded with the time for which it refused connections', async () => {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    if (requests === 1) {
      const { port } = server.address() as AddressInfo;
      server.close();
      setTimeout(() => server.listen(port, '127.0.0.1'), RESTART);
    }
    response.setHeader('connection', 'close').end();
  });
  const context = laboratory.contextInTime(await laboratory.serve(server), {}, RESTS);
  await aftermaths(context, undefined, WINDOW);

  const [restarted, ...others] = context.found.aftermaths;
  expect(restarted).toMatchObject({
    refused: { from: expect.any(Number), for: expect.any(Number) },
    next: { status: 200 },
  });
  expect(restarted?.refused?.for).toBeGreaterThan(0);
  expect(others.map(({ refused }) => refused)).toEqual([undefined, undefined]);
});

test('a reload of the page after a request is recorded', async () => {
  const sockets = new WebSocketServer({ noServer: true });
  const page = await laboratory.serve(
    createServer().on('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (open) => open.send('connected')),
    ),
    '/index.html',
  );
  const live = recognize('<!-- Code injected by live-server -->', page);
  const url = await laboratory.serve((_, response) => {
    sockets.clients.forEach((one) => one.send('reload'));
    response.end();
  });
  const context = laboratory.contextInTime(url, {}, RESTS);
  if (!live?.socket) {
    throw new Error('live-server is not recognized');
  }
  const watch = await ReloadWatch.open(
    { ...context.server, url: live.socket, port: Number(page.port) },
    live,
    page.origin,
  );
  await aftermaths(context, watch, WINDOW);
  watch.close();

  expect(context.found.aftermaths.map(({ reloads }) => reloads.length)).toEqual([1, 1, 1]);
});

test('nothing is sent after a request without a restart and without a reload', async () => {
  let requests = 0;
  const url = await laboratory.serve((_, response) => {
    requests += 1;
    response.end();
  });
  const context = laboratory.contextInTime(url, {}, RESTS);
  await aftermaths(context, undefined, 50);

  expect(context.found.aftermaths).toEqual(
    Array(3).fill({ reloads: [], next: expect.objectContaining({ status: 200 }) }),
  );
  expect(requests).toBe(4);
});

test('without rests, the second after a request is not watched', async () => {
  const context = laboratory.context(new URL('http://127.0.0.1:9/'));
  await aftermaths(context, undefined);

  expect(context.found.aftermaths).toEqual([]);
});
