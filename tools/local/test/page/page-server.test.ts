import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PageServer } from '../../page/page-server';
import { blueprintOf, ENTRY_POINTS } from '../supervisor/blueprint-of';

const ADDRESSES = {
  page: { port: 4513, url: 'http://app.localhost:4513' },
  awsEndpoint: 'http://127.0.0.1:4512',
  loadBalancers: { Https: { port: 4510, url: 'http://api.localhost:4510' } },
  webSocketApis: {
    Api12345678: { port: 4511, url: 'ws://ws.localhost:4511', managementUrl: 'http://127.0.0.1:4511' },
  },
};

let issuer: Server;
let server: PageServer;
let port: number;

beforeAll(async () => {
  const above = mkdtempSync(join(tmpdir(), 'page-'));
  const folder = join(above, 'page');
  mkdirSync(folder);
  writeFileSync(join(above, 'secret.json'), '"secret"');
  writeFileSync(join(folder, 'index.html'), '<title>Page</title>');
  writeFileSync(join(folder, 'config.json'), '{"comparison":"http://127.0.0.1:1","api":"https://api.example.com"}');
  writeFileSync(join(folder, 'key.pem'), 'private');
  issuer = createServer((asked, response) => response.end(JSON.stringify({ asked: asked.url })));
  await once(issuer.listen(0, '127.0.0.1'), 'listening');
  const tokenUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/pool/token`;
  server = new PageServer(folder, blueprintOf(ENTRY_POINTS), ADDRESSES, tokenUrl);
  port = await server.listen(0);
});

afterAll(async () => {
  await server.close();
  issuer.close();
});

/** Asks for a path as it is: `fetch` would tidy it up. */
async function ask(path: string, method = 'GET', host = 'app.localhost:4513') {
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
    api: 'http://api.localhost:4510',
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
  const { status, headers } = await ask('/', 'POST');
  expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
});

test.each(['localhost:4513', '127.0.0.1:4513', 'rebound.example.com:4513'])(
  'by the name %s it leads to its own',
  async (host) => {
    const { status, headers, body } = await ask('/token?subject=alice', 'GET', host);
    expect([status, headers.location, body]).toEqual([307, 'http://app.localhost:4513/token?subject=alice', '']);
  },
);

test('an issuer that has gone is a bad gateway', async () => {
  const gone = new PageServer(tmpdir(), blueprintOf(), ADDRESSES, 'http://127.0.0.1:1/token');
  const at = await gone.listen(0);
  const [response] = await once(
    request({ host: '127.0.0.1', port: at, path: '/token', headers: { host: 'app.localhost:4513' } }).end(),
    'response',
  );
  expect(response.resume().statusCode).toBe(502);
  await gone.close();
});
