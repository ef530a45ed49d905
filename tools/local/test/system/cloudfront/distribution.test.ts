import childProcess, { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { StartOptions } from '../../../running';
import { emptyDirectory } from '../../assembly/assembly-directory';
import { ask } from '../../cloudfront/edge';
import { edgeApp, PAGE } from '../../edge-app';
import { serveOnLoopback } from '../../loopback-server';
import { RunningApp } from '../../running-app';

jest.setTimeout(60_000);

/** Assembly of the app, which no test changes. */
let original: string;
/** Assembly of the app of a test. */
let assembly: string;
let app: RunningApp;
/** Every process that the runner started, in order. */
let forked: ChildProcess[];
const clients: WebSocket[] = [];

beforeAll(() => {
  original = edgeApp();
});

async function startApp(options: Partial<StartOptions> = {}): Promise<void> {
  assembly = emptyDirectory();
  cpSync(original, assembly, { recursive: true });
  const fork = jest.spyOn(childProcess, 'fork');
  app = await RunningApp.start(assembly, options);
  forked = fork.mock.results.map(({ value }) => value);
  fork.mockRestore();
}

afterEach(() => {
  for (const client of clients.splice(0)) {
    client.terminate();
  }
});

/** URL through the distribution. */
function edgeUrl(path = ''): string {
  return `${app.url('http', 'Distribution')}${path}`;
}

function processNames(): string[] {
  return forked.map(({ spawnargs }) => /(\w+)\/process\.ts/.exec(spawnargs.join(' '))?.[1] ?? '');
}

async function connected(url: string): Promise<WebSocket> {
  const client = new WebSocket(url);
  clients.push(client);
  client.on('error', () => undefined);
  await once(client, 'open');
  return client;
}

/** @returns the status with which a handshake is refused */
async function refusal(url: string): Promise<number | undefined> {
  const client = new WebSocket(url);
  clients.push(client);
  client.on('error', () => undefined);
  const [, response] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
  return response.statusCode;
}

async function echoed(client: WebSocket, text: string): Promise<string> {
  const message = once(client, 'message');
  client.send(text);
  return String((await message)[0]);
}

describe('a running distribution', () => {
  beforeAll(() => startApp());
  afterAll(() => app.stop(true));

  it('serves the page, both load balancers and the WebSocket API on one port', async () => {
    expect(await (await fetch(edgeUrl())).text()).toBe(PAGE);
    const web = await fetch(edgeUrl('/web/a'), { method: 'POST', body: 'x' });
    expect(await web.json()).toEqual({ path: '/web/a', app: edgeUrl(), host: 'api.example.org' });
    expect(await (await fetch(edgeUrl('/inside/b'))).json()).toMatchObject({ host: 'inside.example.org' });
    expect(app.url('websocket', 'Distribution')).toBe(`${edgeUrl().replace('http', 'ws')}/chat`);
    expect(await echoed(await connected(app.url('websocket', 'Distribution')), 'hello')).toBe('hello');
    expect((await fetch(edgeUrl('/missing'))).status).toBe(403);
  });

  it('sends the headers of the page with the local URL of the app', async () => {
    const { headers } = await fetch(edgeUrl());
    expect(headers.get('content-security-policy')).toBe(`connect-src ${edgeUrl().replace('http', 'ws')}`);
    expect(headers.get('x-page')).toBe('yes');
    expect(headers.get('server')).toBeNull();
  });

  it('is the only way to entry points that require the secret, also with a guess', async () => {
    const direct = app.url('http', 'Public');
    expect((await fetch(`${direct}/web/a`)).status).toBe(403);
    expect((await fetch(`${direct}/web/a`, { headers: { 'x-origin-secret': 'guess' } })).status).toBe(403);
    expect((await fetch(edgeUrl('/web/a'), { headers: { 'x-origin-secret': 'guess' } })).status).toBe(200);
    expect(await refusal(app.url('websocket', 'Api'))).toBe(403);
  });

  it('has a process of its own', () => {
    expect(processNames().sort()).toEqual(['aws', 'cloudfront', 'events', 'http', 'websocket']);
  });
});

describe('a distribution whose app changes', () => {
  afterEach(() => app.stop(true));

  test('if the process of distributions is killed, the lanes go on, and it serves at the same URL again', async () => {
    await startApp();
    const client = await connected(app.url('websocket', 'Distribution'));
    const closed = once(client, 'close');
    forked[processNames().indexOf('cloudfront')]?.kill('SIGKILL');
    expect((await closed)[0]).toBe(1006);
    // The internal load balancer requires no secret, only its host.
    const host = 'inside.example.org';
    const { port } = new URL(app.url('http', 'Internal'));
    expect((await ask({ port: Number(port) }, { path: '/inside/b', headers: { host } })).status).toBe(200);
    await app.line(({ text }) => text === 'The cloudfront process serves again');
    expect((await fetch(edgeUrl('/web/a'))).status).toBe(200);
    expect(await echoed(await connected(app.url('websocket', 'Distribution')), 'again')).toBe('again');
  });

  test('if the process of an origin is killed, the distribution serves the other origins, and later that one again', async () => {
    await startApp();
    forked[processNames().indexOf('http')]?.kill('SIGKILL');
    await app.line(({ text }) => text.startsWith('The http process ended with SIGKILL'));
    expect((await fetch(edgeUrl())).status).toBe(200);
    expect(await echoed(await connected(app.url('websocket', 'Distribution')), 'hello')).toBe('hello');
    await app.line(({ text }) => text === 'The http process serves again');
    expect((await fetch(edgeUrl('/web/a'))).status).toBe(200);
  });

  test('new files of a page are served after a reload, and WebSockets stay open', async () => {
    await startApp();
    const client = await connected(app.url('websocket', 'Distribution'));
    cpSync(edgeApp('another page'), assembly, { recursive: true });
    expect(await app.reload()).toEqual([]);
    await served('another page');
    expect(await echoed(client, 'still here')).toBe('still here');
  });

  /** Waits until the page has this text. The timeout of the test limits the wait. */
  async function served(page: string): Promise<void> {
    while ((await (await fetch(edgeUrl())).text()) !== page) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  test('a change of a distribution requires a restart', async () => {
    await startApp();
    const file = join(assembly, 'Edge.template.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"DefaultRootObject": "index.html"', '"DefaultRootObject": "start.html"'));
    expect(await app.reload()).toEqual([expect.stringMatching(/^changed: Distribution/)]);
  });

  test('an app that stops closes WebSockets with the code of the lane', async () => {
    await startApp();
    const closed = once(await connected(app.url('websocket', 'Distribution')), 'close');
    await app.stop();
    expect((await closed)[0]).toBe(1001);
  });

  test('with a page server, it answers in place of the bucket', async () => {
    const page = await serveOnLoopback(({ url, headers }, response) => response.end(`${url} ${headers.host}`));
    await startApp({ pageUrl: page.endpoint });
    const { host } = new URL(edgeUrl());
    expect(await (await fetch(edgeUrl('/token?subject=alice'))).text()).toBe(`/token?subject=alice ${host}`);
    expect((await fetch(edgeUrl('/web/a'))).status).toBe(200);
    await page.close();
  });
});
