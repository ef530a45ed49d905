import { recognize, viteToken, webpackDevServer } from '../../../../tools/probe/steps/live-reload';

const PAGE = new URL('http://localhost:5500/app/index.html');

test.each([
  ['live-server', '<!-- Code injected by live-server -->', 'ws://localhost:5500/app/index.html/ws'],
  [
    'Browsersync',
    `<script id="__bs_script__">document.write("<script async src='/browser-sync/browser-sync-client.js?v=3.0.4'>")</script>`,
    'ws://localhost:5500/browser-sync/socket.io/?EIO=4&transport=websocket',
  ],
  ['Vite', '<script type="module" src="/@vite/client"></script>', 'ws://localhost:5500/'],
  ['Vite', '<script type="module" src="/base/@vite/client"></script>', 'ws://localhost:5500/base/'],
  [
    'LiveReload',
    '<script src="http://localhost:35729/livereload.js?snipver=1"></script>',
    'ws://localhost:35729/livereload',
  ],
  ['LiveReload', '<script src="/livereload.js"></script>', 'ws://localhost:5500/livereload'],
  [
    'LiveReload',
    `<script>document.write('<script src="http://' + host + ':35729/livereload.js?snipver=1"></' + 'script>')</script>`,
    'ws://localhost:35729/livereload',
  ],
  ['LiveReload', '<script>load(base + "/livereload.js")</script>', 'ws://localhost:5500/livereload'],
  ['webpack-dev-server', '<script src="/webpack-dev-server/client.js"></script>', 'ws://localhost:5500/ws'],
])('the page of %s is recognized by %s', (name, html, socket) => {
  const recognized = recognize(html, PAGE);

  expect([recognized?.name, recognized?.socket?.href]).toEqual([name, socket]);
});

test('the WebSocket of a page with TLS has TLS', () => {
  const { socket } = recognize('<!-- Code injected by live-server -->', new URL('https://localhost:5500/')) ?? {};

  expect(socket?.href).toBe('wss://localhost:5500//ws');
});

test('a page that only mentions a live-reload server is not recognized', () => {
  expect(recognize('<p>Use live-server, Vite or browser-sync.</p>', PAGE)).toBeUndefined();
});

test("Vite's token is found in the code of its client", () => {
  expect(viteToken('const base = "/";\nconst wsToken = "C_l0cYZt-546";\n')).toBe('C_l0cYZt-546');
  expect(viteToken('const base = "/";')).toBeUndefined();
});

const dialects: Record<string, () => ReturnType<typeof recognize>> = {
  'live-server': () => recognize('<!-- Code injected by live-server -->', PAGE),
  Browsersync: () => recognize('<script id="__bs_script__">', PAGE),
  Vite: () => recognize('<script src="/@vite/client">', PAGE),
  LiveReload: () => recognize('<script src="/livereload.js">', PAGE),
  'webpack-dev-server': () => webpackDevServer(PAGE),
};

test.each([
  ['live-server', ['connected'], ['reload', 'refreshcss']],
  [
    'Browsersync',
    ['0{"sid":"a"}', '40/browser-sync,{"sid":"b"}', '42/browser-sync,["connection",{}]', '2'],
    ['42/browser-sync,["browser:reload"]', '42/browser-sync,["file:reload",{"ext":"css"}]'],
  ],
  ['Vite', ['{"type":"connected"}', 'ping', 'null'], ['{"type":"full-reload"}', '{"type":"update","updates":[]}']],
  ['LiveReload', ['{"command":"hello"}'], ['{"command":"reload","path":"/"}']],
  ['webpack-dev-server', ['{"type":"hash"}', '{"type":"ok"}'], ['{"type":"static-changed"}', '{"type":"invalid"}']],
])('%s reloads the page only after some messages', (name, others, reloads) => {
  const dialect = dialects[name]?.()?.dialect;

  expect(others.filter((message) => dialect?.reloads(message))).toEqual([]);
  expect(reloads.filter((message) => dialect?.reloads(message))).toEqual(reloads);
});

test('the page of Browsersync joins its namespace and answers pings', () => {
  const dialect = dialects.Browsersync?.()?.dialect;

  expect(['0{"sid":"a"}', '2', '42["x"]'].map((message) => dialect?.reply?.(message))).toEqual([
    '40/browser-sync,',
    '3',
    undefined,
  ]);
});
