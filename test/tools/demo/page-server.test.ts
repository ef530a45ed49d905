import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PageServer } from '../../../tools/demo/page-server';

let issuer: Server;
let page: PageServer;
let tokenUrl: string;

beforeAll(async () => {
  const above = mkdtempSync(join(tmpdir(), 'page-'));
  const folder = join(above, 'page');
  mkdirSync(folder);
  writeFileSync(join(above, 'secret.json'), '"secret"');
  writeFileSync(join(folder, 'index.html'), '<title>Page</title>');
  writeFileSync(join(folder, 'config.json'), '{"comparison":"http://127.0.0.1:1","http":"https://api.example.com"}');
  writeFileSync(join(folder, 'key.pem'), 'private');
  issuer = createServer((asked, response) => response.end(JSON.stringify({ asked: asked.url })));
  await once(issuer.listen(0, '127.0.0.1'), 'listening');
  tokenUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/pool/token`;
  page = await PageServer.start(folder, 0, 'app.example.com');
  page.connect({ http: 'http://api.localhost:4510', websocket: 'ws://ws.localhost:4511', token: tokenUrl });
});

afterAll(async () => {
  await page.close();
  issuer.close();
});

/** Asks for a path as it is: `fetch` would tidy it up. */
async function ask(path: string, { method = 'GET', at = page, host = new URL(at.url).host } = {}) {
  const { port } = new URL(at.url);
  const sent = request({ host: '127.0.0.1', port, path, method, headers: { host } }).end();
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

test('the page is at the root', async () => {
  const { status, headers, body } = await ask('/');
  expect([status, headers['content-type'], body]).toEqual([200, 'text/html; charset=utf-8', '<title>Page</title>']);
});

test("its configuration has this run's URLs, and what else the folder's says", async () => {
  expect(JSON.parse((await ask('/config.json')).body)).toEqual({
    comparison: 'http://127.0.0.1:1',
    http: 'http://api.localhost:4510',
    websocket: 'ws://ws.localhost:4511',
    tokenUrl: '/token',
  });
});

test('a token comes from the issuer, and other sites may not read it', async () => {
  const { status, headers, body } = await ask('/token?subject=alice&tenant=acme');
  expect([status, JSON.parse(body)]).toEqual([200, { asked: '/pool/token?subject=alice&tenant=acme' }]);
  expect(Object.keys(headers)).not.toContain('access-control-allow-origin');
});

test.each(['/nothing.js', '/../secret.json', '/%2e%2e/secret.json', '/..%2fsecret.json', '//secret.json', '/key.pem'])(
  '%s is not there',
  async (path) => {
    const { status, body } = await ask(path);
    expect([status, body]).toEqual([404, 'There is no such file']);
  },
);

test('it is only read', async () => {
  const { status, headers } = await ask('/', { method: 'POST' });
  expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
});

test.each(['127.0.0.1', 'rebound.example.com'])('by the name %s it leads to its own', async (name) => {
  const host = `${name}:${new URL(page.url).port}`;
  const { status, headers, body } = await ask('/token?subject=alice', { host });
  expect([status, headers.location, body]).toEqual([307, `${page.url}/token?subject=alice`, '']);
});

describe('a page', () => {
  let other: PageServer;

  beforeEach(async () => {
    other = await PageServer.start(tmpdir(), 0, 'app.example.com');
  });

  afterEach(() => other.close());

  test('has the name of its host on AWS, or localhost where the system does not resolve that', () => {
    expect(other.url).toMatch(/^http:\/\/(app\.)?localhost:\d+$/);
  });

  test.each(['/config.json', '/token?subject=alice'])('answers %s with 503 until the app runs', async (path) => {
    const { status, headers } = await ask(path, { at: other });
    expect([status, headers['retry-after']]).toEqual([503, '1']);
  });

  test('of an app without an issuer has no tokens', async () => {
    other.connect({ http: 'http://api.localhost:4510', websocket: 'ws://ws.localhost:4511' });
    expect((await ask('/token', { at: other })).status).toBe(404);
    expect(JSON.parse((await ask('/config.json', { at: other })).body)).toEqual({
      http: 'http://api.localhost:4510',
      websocket: 'ws://ws.localhost:4511',
    });
  });

  test('whose issuer has gone is a bad gateway', async () => {
    other.connect({ token: 'http://127.0.0.1:1/token' });
    expect((await ask('/token', { at: other })).status).toBe(502);
  });
});
