import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PageServer } from '../../../tools/demo/page-server';
import { emptyDirectory } from '../../support/cloud-assembly';

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
  issuer = createServer(({ url }, response) => response.end(JSON.stringify({ requested: url })));
  await once(issuer.listen(0, '127.0.0.1'), 'listening');
  tokenUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/pool/token`;
  page = await PageServer.start(folder, 0, 'app.example.com');
  page.connect({ http: 'http://api.localhost:4510', websocket: 'ws://ws.localhost:4511', token: tokenUrl });
});

afterAll(async () => {
  await page.close();
  issuer.close();
});

/** Requests a path without normalizing it, as `fetch` would. */
async function send(path: string, { method = 'GET', at = page, host = new URL(at.url).host, headers = {} } = {}) {
  const { port } = new URL(at.url);
  const sent = request({ host: '127.0.0.1', port, path, method, headers: { host, ...headers } }).end();
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

test('the page server serves the page at the root path', async () => {
  const { status, headers, body } = await send('/');
  expect([status, headers['content-type'], body]).toEqual([200, 'text/html; charset=utf-8', '<title>Page</title>']);
});

test("the page server adds the app's URLs to the configuration in the folder", async () => {
  expect(JSON.parse((await send('/config.json')).body)).toEqual({
    comparison: 'http://127.0.0.1:1',
    http: 'http://api.localhost:4510',
    websocket: 'ws://ws.localhost:4511',
    tokenUrl: '/token',
  });
});

test('the page server forwards token requests to the issuer, and allows no other origin to read the response', async () => {
  const { status, headers, body } = await send('/token?subject=alice&tenant=acme');
  expect([status, JSON.parse(body)]).toEqual([200, { requested: '/pool/token?subject=alice&tenant=acme' }]);
  expect(Object.keys(headers)).not.toContain('access-control-allow-origin');
});

test.each(['/nothing.js', '/../secret.json', '/%2e%2e/secret.json', '/..%2fsecret.json', '//secret.json', '/key.pem'])(
  'the page server does not find %s',
  async (path) => {
    const { status, body } = await send(path);
    expect([status, body]).toEqual([404, 'File not found.']);
  },
);

test('the page server allows only GET and HEAD', async () => {
  const { status, headers } = await send('/', { method: 'POST' });
  expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
});

test.each(['127.0.0.1', 'rebound.example.com'])(
  'the page server redirects requests for the host %s to its own URL',
  async (name) => {
    const host = `${name}:${new URL(page.url).port}`;
    const { status, headers, body } = await send('/token?subject=alice', { host });
    expect([status, headers.location, body]).toEqual([307, `${page.url}/token?subject=alice`, '']);
  },
);

test.each(['https://evil.example.com', 'null'])('the page server issues no tokens to a page of %s', async (origin) => {
  expect((await send('/token?subject=alice', { headers: { origin } })).status).toBe(403);
  expect((await send('/token?subject=alice', { headers: { origin: page.url } })).status).toBe(200);
});

test('no page of another site can show the page in a frame', async () => {
  expect((await send('/')).headers['content-security-policy']).toBe("frame-ancestors 'none'");
});

describe('the page server', () => {
  let other: PageServer;

  beforeEach(async () => {
    other = await PageServer.start(tmpdir(), 0, 'app.example.com');
  });

  afterEach(() => other.close());

  test('uses app.localhost for the host app.example.com, or localhost if the system does not resolve app.localhost', () => {
    expect(other.url).toMatch(/^http:\/\/(app\.)?localhost:\d+$/);
  });

  test.each(['/config.json', '/token?subject=alice'])('responds to %s with 503 until the app runs', async (path) => {
    const { status, headers } = await send(path, { at: other });
    expect([status, headers['retry-after']]).toEqual([503, '1']);
  });

  test('serves no tokens for an app without an issuer', async () => {
    other.connect({ http: 'http://api.localhost:4510', websocket: 'ws://ws.localhost:4511' });
    expect((await send('/token', { at: other })).status).toBe(404);
    expect(JSON.parse((await send('/config.json', { at: other })).body)).toEqual({
      http: 'http://api.localhost:4510',
      websocket: 'ws://ws.localhost:4511',
    });
  });

  test('responds with 502 if the issuer does not respond', async () => {
    other.connect({ token: 'http://127.0.0.1:1/token' });
    expect((await send('/token', { at: other })).status).toBe(502);
  });
});

describe('the page server behind a gateway', () => {
  const GATEWAY = 'http://app.localhost:4510';
  let behind: PageServer;

  beforeEach(async () => {
    const folder = emptyDirectory();
    writeFileSync(join(folder, 'index.html'), '<title>Page</title>');
    writeFileSync(join(folder, 'config.json'), '{"http":"/","websocket":"/socket"}');
    behind = await PageServer.startBehindGateway(folder);
  });

  afterEach(() => behind.close());

  /** Sends a request as the gateway does, which keeps the `Host` header of the browser. */
  const forwarded = (path: string, headers = {}) => send(path, { at: behind, host: new URL(GATEWAY).host, headers });

  test.each(['/', '/config.json', '/token?subject=alice'])(
    'responds to %s with 503 until the app runs, because it does not know its origin',
    async (path) => {
      expect((await forwarded(path)).status).toBe(503);
    },
  );

  test('serves the page under the host of the gateway, with the URLs of the folder', async () => {
    behind.connect({ token: tokenUrl, comparison: 'http://127.0.0.1:1' }, GATEWAY);
    expect(await forwarded('/')).toMatchObject({ status: 200, body: '<title>Page</title>' });
    expect(JSON.parse((await forwarded('/config.json')).body)).toEqual({
      http: '/',
      websocket: '/socket',
      comparison: 'http://127.0.0.1:1',
      tokenUrl: '/token',
    });
  });

  test('issues tokens only to pages of the gateway', async () => {
    behind.connect({ token: tokenUrl }, GATEWAY);
    const status = async (origin: string) => (await forwarded('/token?subject=alice', { origin })).status;
    expect(await status(GATEWAY)).toBe(200);
    expect([await status(behind.url), await status('https://evil.example.com')]).toEqual([403, 403]);
  });

  test('redirects requests that do not come through the gateway, or use another name for it', async () => {
    behind.connect({ token: tokenUrl }, GATEWAY);
    for (const host of [new URL(behind.url).host, '127.0.0.1:4510', 'rebound.example.com:4510']) {
      const { status, headers, body } = await send('/token?subject=alice', { at: behind, host });
      expect([status, headers.location, body]).toEqual([307, `${GATEWAY}/token?subject=alice`, '']);
    }
  });
});
