import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type CDPSession, chromium } from 'playwright-core';
import { launchOptions } from '../../tools/browser';
import { stageStack } from '../stack/stages';
import { synthesized } from '../support/cloud-assembly';
import { LocalApp } from '../support/local-app';
import { type App, somebody, tokensFrom } from './caller';
import { BrowserWindow } from './client-in-a-browser/browser-window';
import { HoldingProxy } from './client-in-a-browser/holding-proxy';
import { assemblyOf } from './place';
import { publish } from './publish';

jest.setTimeout(60_000);

const SECOND = 1_000;

/** The packaged Chromium is a headless shell, which has no back/forward cache. */
const HAS_CACHE = process.env.CHROMIUM !== undefined;

/** Options of Playwright that turn off what browsers do to pages in the background. */
const UNREAL = [
  ...['--disable-back-forward-cache', '--disable-background-timer-throttling'],
  ...['--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding'],
];

let built: string;
let server: Server;
let origin: string;
let local: LocalApp;
let app: App;
let browser: Browser;
let devtools: CDPSession;
const cleanups: (() => unknown)[] = [];

/** Serves the built client, and pages and workers that use it. */
async function startServer(): Promise<Server> {
  const scripts: Record<string, string> = {
    '/client.mjs': join(built, 'index.mjs'),
    '/page.mjs': join(__dirname, 'client-in-a-browser/page.mjs'),
    '/worker.mjs': join(__dirname, 'client-in-a-browser/worker.mjs'),
  };
  const started = createServer(({ url = '' }, response) => {
    const script = scripts[url];
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    response.end(script ? readFileSync(script) : '<!doctype html><script type="module" src="/page.mjs"></script>');
  });
  await once(started.listen(0, '127.0.0.1'), 'listening');
  return started;
}

beforeAll(async () => {
  built = join(mkdtempSync(join(tmpdir(), 'twinlane-client-')), 'dist');
  execFileSync(process.execPath, [join(__dirname, '../../client/build.mjs'), built], { stdio: 'inherit' });
  server = await startServer();
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  local = await LocalApp.start(synthesized((cdk) => void stageStack('dev', { allowedOrigins: [origin] }, cdk)));
  const { http = '', websocket = '', token = '' } = local.urls;
  app = { httpUrl: http, webSocketUrl: websocket, token: tokensFrom(token) };
  browser = await chromium.launch({ ...(await launchOptions()), ignoreDefaultArgs: UNREAL });
  devtools = await browser.newBrowserCDPSession();
}, 60_000);

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) {
    await cleanup();
  }
});

afterAll(async () => {
  await browser?.close();
  await local?.stop();
  server?.close();
  rmSync(join(built, '..'), { recursive: true, force: true });
});

/** A page with a client, or with a worker that has one, and the network in front of its WebSocket lane. */
interface Visitor {
  readonly window: BrowserWindow;
  readonly network: HoldingProxy;
  readonly topic: string;
  publish(data: string): Promise<void>;
  /** @returns the data of all messages that the page received, when there are as many */
  receives(count: number): Promise<string[]>;
}

/** Opens a window whose page is subscribed to a new topic. Without help, its client notices a loss after minutes. */
async function visit(worker?: 'Worker' | 'SharedWorker'): Promise<Visitor> {
  const target = new URL(app.webSocketUrl);
  const network = await HoldingProxy.start(Number(target.port));
  target.port = String(network.port);
  const window = await BrowserWindow.open(devtools, origin);
  cleanups.push(
    () => window.close(),
    () => network.stop(),
  );
  const topic = `browser:${randomUUID()}`;
  const options = JSON.stringify({
    httpUrl: app.httpUrl,
    webSocketUrl: target.href,
    token: await app.token(somebody()),
    topic,
    reconnect: { base: 60_000 },
  });
  await window.evaluate(worker ? `subscribeIn('${worker}', ${options})` : `subscribe(${options})`);
  return {
    window,
    network,
    topic,
    async publish(data) {
      expect((await publish(app, topic, data)).status).toBe(201);
    },
    receives: (count) => window.evaluate(`receives(${count})`),
  };
}

/** Resolves when the server has noticed that the client closed the newest connection. */
async function closedByClient(): Promise<void> {
  const [id] = (local.log.findLast(({ text }) => text.includes(' connected from '))?.text ?? '').split(' ');
  await local.line(({ text }) => text.startsWith(`${id} disconnected`));
  expect(local.log.find(({ text }) => text.startsWith(`${id} disconnected`))?.text).toBe(`${id} disconnected: 1005`);
}

/** Asserts that a page received a message in time after a browser event. @param within - milliseconds */
async function expectDelay({ window }: Visitor, event: string, message: string, within: number): Promise<void> {
  expect(await window.evaluate<number>(`delay('${event}', '${message}')`)).toBeLessThan(within);
}

const pings = ({ window }: Visitor): number => window.sent.filter((text) => text.includes('"ping"')).length;

/**
 * Publishes while a page is away. Asserts that its connection is closed, and that it then has each message once and in order.
 *
 * @param back - type of the browser event of its return
 */
async function expectNothingMissed(visitor: Visitor, leave: () => unknown, comeBack: () => unknown, back: string) {
  await visitor.publish('before');
  await visitor.receives(1);
  await leave();
  await closedByClient();
  await visitor.publish('missed');
  await visitor.publish('missed, too');
  await comeBack();
  await visitor.receives(3);
  await visitor.publish('after');
  expect(await visitor.receives(4)).toEqual(['before', 'missed', 'missed, too', 'after']);
  await expectDelay(visitor, back, 'missed', 3 * SECOND);
}

test('a page that the browser freezes closes its connection, and has the missed messages when it resumes', async () => {
  const visitor = await visit();
  const { window } = visitor;
  await window.hide();
  await expectNothingMissed(
    visitor,
    () => window.freeze(),
    () => window.resume(),
    'resume',
  );
});

const cached = HAS_CACHE
  ? 'a page that the browser caches'
  : 'a page to which the test dispatches the events of a cached page';

test(`${cached} closes its connection, and has the missed messages when the user returns`, async () => {
  const visitor = await visit();
  const { window } = visitor;
  const dispatch = (type: string) =>
    window.evaluate(`void dispatchEvent(new PageTransitionEvent('${type}', { persisted: true }))`);
  await expectNothingMissed(
    visitor,
    () => (HAS_CACHE ? window.navigate(`${origin}/elsewhere`) : dispatch('pagehide')),
    () => (HAS_CACHE ? window.back() : dispatch('pageshow')),
    'pageshow',
  );
});

test('when the network is back, a page replaces a connection that died unnoticed, and keeps one that works', async () => {
  const [working, broken] = [await visit(), await visit()];
  // While it is offline, a page does not get the ticket of a replacement, either. Then it waits for a minute.
  await Promise.all([working, broken].map(({ window }) => window.goOffline()));
  expect([pings(working), pings(broken)]).toEqual([1, 1]);
  broken.network.hold();
  await broken.publish('missed');
  await working.window.goOnline();
  await broken.window.goOnline();
  expect(await broken.receives(1)).toEqual(['missed']);
  await expectDelay(broken, 'online', 'missed', 6 * SECOND);
  await working.publish('kept');
  expect(await working.receives(1)).toEqual(['kept']);
  expect([working.window.webSockets, pings(working), broken.window.webSockets]).toEqual([1, 2, 2]);
});

test('when its window is shown, a page replaces a connection that died unnoticed, and keeps one that works', async () => {
  const [working, broken] = [await visit(), await visit()];
  await working.window.hide();
  await broken.window.hide();
  broken.network.hold();
  await broken.publish('missed');
  await working.window.show();
  await broken.window.show();
  expect(await broken.receives(1)).toEqual(['missed']);
  await expectDelay(broken, 'visible', 'missed', 11 * SECOND);
  await working.publish('kept');
  expect(await working.receives(1)).toEqual(['kept']);
  expect([working.window.webSockets, pings(working), broken.window.webSockets]).toEqual([1, 1, 2]);
});

test('when its window is shown, a page replaces an attempt without a response that is older than 2 seconds', async () => {
  const visitor = await visit();
  const { window, network } = visitor;
  await window.hide();
  await window.freeze();
  await closedByClient();
  await visitor.publish('missed');
  network.holdNext();
  await window.resume();
  // Until then, the client ignores that it is shown.
  while (window.webSockets < 3) {
    await window.show();
    await window.hide();
  }
  expect(await visitor.receives(1)).toEqual(['missed']);
  await expectDelay(visitor, 'resume', 'missed', 8 * SECOND);
});

test.each(['close', 'signOut'])('a page whose client ended by %s() opens no connection again', async (method) => {
  const [ended, other] = [await visit(), await visit()];
  await ended.window.evaluate(`end('${method}')`);
  for (const { window } of [ended, other]) {
    await window.hide();
    await window.freeze();
    await window.resume();
    await window.show();
  }
  await other.publish('back');
  await other.receives(1);
  expect([ended.window.webSockets, other.window.webSockets]).toEqual([1, 2]);
});

test.each(['Worker', 'SharedWorker'] as const)(
  'a client in a %s publishes, receives all messages although its page is frozen, and replaces a dead connection when its page is visible',
  async (kind) => {
    const visitor = await visit(kind);
    await visitor.publish('from elsewhere');
    await visitor.receives(1);
    await visitor.window.evaluate(`publishIn('${visitor.topic}', 'from the worker')`);
    await visitor.receives(2);
    await visitor.window.hide();
    await visitor.window.freeze();
    await visitor.publish('while frozen');
    await visitor.window.resume();
    visitor.network.hold();
    await visitor.publish('missed');
    await visitor.window.show();
    expect(await visitor.receives(4)).toEqual(['from elsewhere', 'from the worker', 'while frozen', 'missed']);
    await expectDelay(visitor, 'visible', 'missed', 6 * SECOND);
  },
);

/** A log line of a preflight, by the load balancer that answered it. */
const isPreflight = ({ text }: { text: string }) => /^OPTIONS \/v1\/\S+ 204 /.test(text);

test('a page of another host than the API sends preflights, which the load balancer logs', async () => {
  await visit();
  expect((await local.line(isPreflight)).text).toContain('/v1/tickets');
});

test('a page of a gateway publishes and receives messages without any request with the method OPTIONS', async () => {
  const behind = await LocalApp.start(assemblyOf('gateway'), { pageUrl: origin });
  cleanups.push(() => behind.stop());
  const { http: httpUrl = '', websocket: webSocketUrl = '', token: tokenUrl = '' } = behind.urls;
  const window = await BrowserWindow.open(devtools, httpUrl);
  cleanups.push(() => window.close());
  const topic = `browser:${randomUUID()}`;
  const token = await tokensFrom(tokenUrl)(somebody());
  await window.evaluate(`subscribe(${JSON.stringify({ httpUrl, webSocketUrl, token, topic })})`);
  await window.evaluate(`publish('${topic}', 'without a preflight')`);
  expect(await window.evaluate(`receives(1)`)).toEqual(['without a preflight']);

  // The log is complete only after the app has stopped.
  await behind.stop();
  const requests = behind.log.map(({ text }) => text);
  expect(requests.filter((text) => /^POST \/v1\/(tickets|topics\/\S+) 201 /.test(text)).length).toBeGreaterThan(1);
  expect(requests.filter((text) => /\bOPTIONS\b/.test(text))).toEqual([]);
});
