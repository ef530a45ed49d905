import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { writeDemoPage } from '../../../../lib/gateway/demo-page';
import { startBrowser } from '../../../../tools/browser';
import { PageServer } from '../../../../tools/demo/page-server';
import { PlantedServer, type Planted } from './first-request/planted-server';
import { Visitor } from './visitor';

jest.setTimeout(60_000);

let browser: Browser;
let context: BrowserContext;
let pages: PageServer;
let server: PlantedServer | undefined;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  writeDemoPage(folder, {});
  pages = await PageServer.start(folder, 0, 'app.example.com');
  // Nothing listens there: only the planted servers are measured.
  pages.connect({ http: 'http://127.0.0.1:9', websocket: 'ws://127.0.0.1:9', token: undefined });
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await pages?.close();
});

beforeEach(async () => {
  context = await browser.newContext();
});

afterEach(async () => {
  await context.close();
  await server?.stop();
  server = undefined;
});

/** Fields of the form. */
interface Fields {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: string;
  readonly websocket?: string;
  readonly rest?: boolean;
}

/** Opens the page, and fills in the form. */
async function filled(
  url: string,
  { method = 'GET', body, headers, websocket, rest = false }: Fields,
): Promise<Visitor> {
  const visitor = await Visitor.open(context, pages.url);
  const { page } = visitor;
  await page.getByLabel('URL', { exact: true }).fill(url);
  await page.getByLabel('Method').selectOption(method);
  await page.getByText('Body, headers, credentials and WebSocket').click();
  await page.getByLabel('Body', { exact: true }).fill(body ?? '');
  await page.getByLabel('Headers').fill(headers ?? '');
  await page.getByLabel('WebSocket URL').fill(websocket ?? '');
  await page.getByLabel(/Also measure after/).setChecked(rest);
  return visitor;
}

/** Measures a server with planted causes. @returns the visitor, and the texts of the answer and of the list of changes */
async function measured(planted: Planted, fields: Fields = {}) {
  server = await PlantedServer.start(planted);
  const visitor = await filled(`${server.origin}/items`, fields);
  await visitor.page.getByRole('button', { name: 'Measure', exact: true }).click();
  await visitor.page.locator('#first-status').getByText('Finished').waitFor();
  return {
    visitor,
    requests: server.requests,
    answer: (await visitor.page.locator('#first-answer').textContent()) ?? '',
    changes: await visitor.page.locator('#first-result ol li').allTextContents(),
    all: (await visitor.page.locator('#first-result').textContent()) ?? '',
  };
}

/** @returns the milliseconds before a text, such as 1254 for "1,254 ms belong to the server" */
function millisecondsBefore(text: string, answer: string): number {
  const [, number = ''] = answer.match(new RegExp(`([\\d,.]+) ms ${text}`)) ?? [];
  return Number(number.replaceAll(',', ''));
}

/** @returns the response that accepts a WebSocket */
function switchingProtocols({ headers }: IncomingMessage): string {
  const accept = createHash('sha1')
    .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

describe('the page, without a user,', () => {
  test('charges a cold start to the server, and sends the own request of the user first', async () => {
    const { answer, changes, requests, visitor } = await measured({ cold: 400 });
    expect(answer).toMatch(/^Your first request took [\d,]+ ms, the second [\d.]+ ms\. Of the difference, /);
    expect(millisecondsBefore("belong to the server's first answer", answer)).toBeGreaterThan(350);
    expect(changes[0]).toContain('its process was cold, or each new connection is slow');
    expect(requests[0]).toBe('GET /items');
    expect(requests.slice(0, 7)).toEqual(Array.from({ length: 7 }, () => 'GET /items'));
    expect(await visitor.page.locator('#waterfall .bar').count()).toBe(2);
    expect(await visitor.page.locator('#waterfall').textContent()).toMatch(/waiting for the response [\d.]+ ms/);
  });

  test('estimates a slow preflight, which browsers do not report', async () => {
    const { answer, changes, all, requests } = await measured(
      { preflight: 250, maxAge: 600 },
      { method: 'POST', body: '{"name":"cup"}' },
    );
    expect(requests.slice(0, 2)).toEqual(['OPTIONS /items', 'POST /items']);
    const preflight = millisecondsBefore('belong to the CORS preflight', answer);
    expect(preflight).toBeGreaterThan(200);
    expect(preflight).toBeLessThan(400);
    expect(changes[0]).toContain('the content type application/json');
    expect(changes[0]).toContain('Access-Control-Max-Age: 7200');
    expect(changes.filter((text) => text.includes('its process was cold'))).toEqual([]);
    expect(all).toContain(`npm run probe -- ${server?.origin}/items --origin ${pages.url} --data '{"name":"cup"}'`);
  });

  test('finds a cold process although the preflight came first', async () => {
    const { answer, changes } = await measured(
      { cold: 400, preflight: 250, maxAge: 600 },
      { method: 'PUT', headers: 'X-Key: 1' },
    );
    expect(millisecondsBefore("(?:belong )?to the server's first answer", answer)).toBeGreaterThan(300);
    expect(millisecondsBefore('(?:belong )?to the CORS preflight', answer)).toBeGreaterThan(200);
    expect(changes[1]).toContain('the method PUT and the header x-key');
  });

  test('finds a preflight before every request', async () => {
    const { answer, changes } = await measured({ preflight: 100, maxAge: 0 }, { method: 'POST', body: '{}' });
    expect(answer).not.toContain('preflight');
    expect(changes[0]).toContain('Possibly the browser asks for permission each time');
  });

  test('says that a server hides its times, and names the header that shows them', async () => {
    const { answer, all, visitor } = await measured({ cold: 400, timing: false });
    expect(answer).toMatch(/belong to the connection or the server's first answer\.$/);
    expect(all).toContain(`Timing-Allow-Origin: ${pages.url}`);
    expect(await visitor.page.locator('#waterfall').textContent()).toContain('steps hidden by the server');
  });

  test('measures a server that does not allow the page, and names the header that does', async () => {
    const { answer, changes, requests } = await measured({ cold: 400, allowed: false, timing: false });
    expect(Number(answer.match(/took ([\d,]+) ms/)?.[1])).toBeGreaterThan(390);
    expect(changes[0]).toContain('does not let pages of');
    expect(changes[0]).toContain(`Access-Control-Allow-Origin: ${pages.url}`);
    expect(changes[1]).toContain('process was cold');
    expect(requests[0]).toBe('GET /items');
  });

  test('explains a refused preflight, after which the request cannot be sent', async () => {
    const { answer, all, requests } = await measured({ allowed: false }, { method: 'PUT', headers: 'X-Key: 1' });
    expect(answer).toMatch(/^The browser refused the request after [\d.]+ ms, because http/);
    expect(all).toContain('Access-Control-Allow-Methods: PUT and Access-Control-Allow-Headers: x-key');
    expect(requests.filter((request) => request.startsWith('PUT'))).toEqual([]);
  });

  test('explains a server that does not answer', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    listener.close();
    const visitor = await filled(`http://127.0.0.1:${port}/`, {});
    await visitor.page.getByRole('button', { name: 'Measure', exact: true }).click();
    await visitor.page.locator('#first-answer').getByText(`http://127.0.0.1:${port} did not answer.`).waitFor();
  });

  test('finds a URL that is slow the first time', async () => {
    const { answer, changes } = await measured({ perUrl: 300 });
    expect(millisecondsBefore('belong to the first use of this URL', answer)).toBeGreaterThan(250);
    expect(changes.filter((text) => text.includes('process was cold'))).toEqual([]);
  });

  test('sees no slow first request of a fast server, and says what it cannot know', async () => {
    const { answer, changes, all } = await measured({ maxAge: 600 }, { method: 'POST', body: 'text' });
    expect(answer).toMatch(/^Your first request took [\d.]+ ms, the second [\d.]+ ms\./);
    expect(changes.filter((text) => !text.startsWith('The first request opens the connection'))).toEqual([]);
    expect(all).toContain("If the server's process was new. Restart the server, and measure again.");
  });

  test('stops when the user asks for it, and answers with what it has measured', async () => {
    server = await PlantedServer.start({ always: 300 });
    const visitor = await filled(`${server.origin}/items`, {});
    await visitor.page.getByRole('button', { name: 'Measure', exact: true }).click();
    await visitor.page.locator('#first-status').getByText('Sending it again').waitFor();
    while (server.requests.length < 3) {
      await visitor.page.evaluate('new Promise(requestAnimationFrame)');
    }
    await visitor.page.getByRole('button', { name: 'Stop measuring' }).click();
    await visitor.page.locator('#first-status').getByText('Stopped').waitFor();
    await visitor.page.locator('#first-result').getByText('The measurement was stopped').waitFor();
    expect(server.requests.length).toBeLessThan(8);
  });

  test("notes that later responses come from the browser's cache", async () => {
    const { all } = await measured({ maxAge: 600, cached: true }, { headers: 'X-Key: 1' });
    expect(all).toContain("Some later responses came from the browser's cache");
  });

  test('notes that the page itself was busy, and does not charge that to the server', async () => {
    server = await PlantedServer.start({ cold: 150 });
    const visitor = await filled(`${server.origin}/items`, {});
    // Blocks the page from before the response until long after it.
    await visitor.page.evaluate(`{
      const { fetch } = window;
      window.fetch = (...args) => {
        window.fetch = fetch;
        setTimeout(() => { for (const end = performance.now() + 600; performance.now() < end;); }, 50);
        return fetch(...args);
      };
    }`);
    await visitor.page.getByRole('button', { name: 'Measure', exact: true }).click();
    await visitor.page.locator('#first-result').getByText('This page was busy for').waitFor();
    const answer = (await visitor.page.locator('#first-answer').textContent()) ?? '';
    expect(Number(answer.match(/took ([\d,]+) ms/)?.[1])).toBeLessThan(400);
  });

  test('finds a connection that the server closed during a rest', async () => {
    const { changes } = await measured({ keepAlive: 1_000 }, { rest: true });
    expect(changes.join()).toContain('After 6 seconds without a request');
    expect(changes.join()).toContain('The server had closed the connection');
  });

  test('marks every field with a problem, also in closed details, and sends nothing', async () => {
    const visitor = await filled('localhost:8000/items', { body: '{}', headers: 'Cookie: a=1', websocket: 'http://a' });
    const { page } = visitor;
    await page.getByText('Body, headers, credentials and WebSocket').click();
    await page.getByRole('button', { name: 'Measure', exact: true }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('URL must begin with http:// or https://.').first().waitFor();
    await alert.getByText('A page cannot set the header cookie. Set Credentials to “include”').waitFor();
    await alert.getByText('A GET request has no body.').waitFor();
    await alert.getByText('WebSocket URL must begin with ws:// or wss://.').waitFor();
    expect(await page.locator('#first [aria-invalid=true]').count()).toBe(4);
    expect(await page.evaluate('document.activeElement.id')).toBe('measured-url');
    expect(await page.locator('#measured-body').isVisible()).toBe(true);
  });

  test('does not call requests unaffected by a WebSocket that the server closes', async () => {
    server = await PlantedServer.start({});
    server.onUpgrade((request, socket) => socket.end(switchingProtocols(request)));
    const visitor = await filled(`${server.origin}/items`, { websocket: server.origin.replace('http', 'ws') });
    await visitor.page.getByRole('button', { name: 'Measure', exact: true }).click();
    await visitor.page.locator('#first-result').getByText('The WebSocket did not open or was closed').waitFor();
  });

  test('measures requests beside a WebSocket', async () => {
    server = await PlantedServer.start({});
    server.onUpgrade((request, socket) => {
      // Blocks the process, as a password hash does.
      const end = performance.now() + 60;
      while (performance.now() < end);
      socket.on('error', () => {});
      socket.write(switchingProtocols(request));
      socket.on('data', () => socket.end());
    });
    const visitor = await filled(`${server.origin}/items`, { websocket: server.origin.replace('http', 'ws') });
    await visitor.page.getByRole('button', { name: 'Measure', exact: true }).click();
    await visitor.page.locator('#first-status').getByText('Finished').waitFor();
    const changes = await visitor.page.locator('#first-result ol li').allTextContents();
    expect(changes.join()).toContain('While the WebSocket opens, a request takes');
    expect(changes.join()).not.toContain('While the WebSocket is open, a request takes');
  });
});
