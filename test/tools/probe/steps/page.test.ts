import { createServer, type RequestListener } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { emptyMeasurements, type Measurements } from '../../../../tools/probe/measurements';
import { page } from '../../../../tools/probe/steps/page';
import type { ReloadWatch } from '../../../../tools/probe/steps/reload-watch';
import { Laboratory, planOf } from './laboratory';

const LIVE_SERVER = '<!doctype html><p>Hello</p><!-- Code injected by live-server --><script></script>';

let laboratory: Laboratory;
let watch: ReloadWatch | undefined;
beforeEach(() => {
  laboratory = new Laboratory();
});
afterEach(async () => {
  watch?.close();
  await laboratory.close();
});

/** Reads the page for a request to another server, or to the given one. */
async function reading(url: URL, measured = new URL('http://api.example.com/items')): Promise<Measurements> {
  const found = emptyMeasurements();
  const { clock, signal } = laboratory;
  watch = await page(planOf(measured, {}, { page: url }), found, () => undefined, signal, clock);
  return found;
}

const html =
  (text: string): RequestListener =>
  (_, response) =>
    response.setHeader('content-type', 'text/html').end(text);

/** A live-reload server. Resolves `opened` with the socket of the page and the path of that. */
function liveReloadServer(answer: RequestListener) {
  const server = createServer(answer);
  const sockets = new WebSocketServer({ server });
  const opened = new Promise<{ socket: WebSocket; path?: string; subprotocol: string }>((resolve) =>
    sockets.once('connection', (socket, { url: path }) => resolve({ socket, path, subprotocol: socket.protocol })),
  );
  return { server, opened };
}

test('the reload messages of the live-reload server that serves the page are received', async () => {
  const { server, opened } = liveReloadServer(html(LIVE_SERVER));
  const url = await laboratory.serve(server, '/index.html');
  const found = await reading(url);
  const { socket, path } = await opened;
  socket.send('connected');
  socket.send('reload');
  // The answer to a ping follows everything that was sent before.
  await new Promise((resolve) => {
    socket.once('pong', resolve);
    socket.ping();
  });

  expect(found.page).toEqual({
    url: url.href,
    liveReload: { name: 'live-server', socket: `ws://${url.host}/index.html/ws` },
  });
  expect(path).toBe('/index.html/ws');
  expect(watch?.reloads).toHaveLength(1);
});

test('the WebSocket of Vite is opened with its subprotocol and token', async () => {
  const { server, opened } = liveReloadServer((request, response) =>
    request.url === '/app/@vite/client'
      ? response.end('const wsToken = "Ab_1-2";')
      : html('<script type="module" src="/app/@vite/client"></script>')(request, response),
  );
  const url = await laboratory.serve(server, '/app/');
  const found = await reading(url);

  expect(await opened).toMatchObject({ path: '/app/?token=Ab_1-2', subprotocol: 'vite-hmr' });
  expect(found.page?.liveReload?.name).toBe('Vite');
});

test('webpack-dev-server is recognized by its list of files', async () => {
  const { server, opened } = liveReloadServer((request, response) =>
    html(request.url === '/webpack-dev-server' ? '<h1>Assets Report:</h1>' : '<p>Hello</p>')(request, response),
  );
  const found = await reading(await laboratory.serve(server, '/'));

  expect(found.page?.liveReload?.name).toBe('webpack-dev-server');
  expect((await opened).path).toBe('/ws');
});

test('a page behind a redirect is read', async () => {
  const { server, opened } = liveReloadServer((request, response) =>
    request.url === '/' ? response.writeHead(302, { location: '/home/' }).end() : html(LIVE_SERVER)(request, response),
  );
  await reading(await laboratory.serve(server, '/'));

  expect((await opened).path).toBe('/home//ws');
});

test('a page without a live-reload server is recorded as such', async () => {
  const url = await laboratory.serve(html('<p>Hello</p>'), '/');

  expect((await reading(url)).page).toEqual({ url: url.href });
});

test('a page that cannot be read is a result with the reason', async () => {
  const url = await laboratory.serve((_, response) => response.writeHead(404).end(), '/index.html');

  expect((await reading(url)).page).toEqual({
    url: url.href,
    unread: `${url.href} was answered 404. Fix: check --page.`,
  });
});

test('a live-reload server that refuses the WebSocket is a result with the reason', async () => {
  const url = await laboratory.serve(html(LIVE_SERVER), '/index.html');

  expect((await reading(url)).page?.liveReload).toEqual({
    name: 'live-server',
    socket: `ws://${url.host}/index.html/ws`,
    unwatched: expect.stringMatching(/Fix: /),
  });
});

test.each(['127.0.0.1', 'localhost'])('a page on the measured server at %s is not read', async (host) => {
  const received: unknown[] = [];
  const url = await laboratory.serve((request) => received.push(request.url), '/index.html');
  const named = new URL(`http://${host}:${url.port}/`);
  const found = await reading(named, new URL('/items', url));

  expect(found.page).toEqual({
    url: named.href,
    unread: expect.stringContaining('is on the measured server'),
  });
  expect(received).toEqual([]);
});

test('a page that redirects to the measured server is not read there', async () => {
  const received: unknown[] = [];
  const measured = await laboratory.serve((request) => received.push(request.url));
  const url = await laboratory.serve((_, response) => response.writeHead(302, { location: measured.href }).end(), '/');
  const found = await reading(url, measured);

  expect([found.page?.unread, received]).toEqual([expect.stringContaining('is on the measured server'), []]);
});

test('without a page, nothing is read', async () => {
  const found = emptyMeasurements();
  const { clock, signal } = laboratory;
  watch = await page(planOf(new URL('http://api.example.com/')), found, () => undefined, signal, clock);

  expect([watch, found.page]).toEqual([undefined, undefined]);
});
