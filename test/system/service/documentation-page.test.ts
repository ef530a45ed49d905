import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { Browser } from 'playwright-core';
import { noAdmission } from '../../../lambda/adapters/no-admission';
import { ANYONE } from '../../../lambda/realtime/principal';
import { responseHeaders } from '../../../tools/local/http/listener/response-headers';
import { createApp } from '../../../service/app';
import { startBrowser } from '../../../tools/browser';
import { attributesOf } from '../../lib/synthesized';
import { ManualClock } from '../../support/memory/clock';
import { MemoryMessageLog } from '../../support/memory/message-log';
import { stageTemplate } from '../../stack/stages';

jest.setTimeout(60_000);

let server: Server;
let browser: Browser;

beforeAll(async () => {
  const clock = new ManualClock();
  const app = createApp({
    authenticate: async () => ANYONE,
    allowances: noAdmission,
    log: new MemoryMessageLog(clock, 3600, () => 'epoch'),
    clock,
    newId: () => 'id',
    allowedOrigins: ['https://app.example.com'],
    documentation: dirname(require.resolve('swagger-ui-dist/package.json')),
    logger: () => undefined,
  });
  const decorate = responseHeaders(attributesOf(stageTemplate('prod'), 'Listener') as Record<string, string>);
  server = createAdaptorServer({
    fetch: async (request) => {
      const response = await app.fetch(request);
      const raw = decorate([...response.headers].flat());
      const headers = raw.flatMap((name, index) => (index % 2 ? [] : [[name, raw[index + 1]] as [string, string]]));
      return new Response(response.body, { status: response.status, headers });
    },
  }) as Server;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  server.close();
});

test('the documentation page works in a browser with the headers that the listener adds', async () => {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('console', (message) => errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('requestfailed', (request) => errors.push(request.url()));

  const answer = await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/docs`);
  expect(answer?.headers()['content-security-policy']).toContain("default-src 'none'");
  await page.locator('.opblock-summary-control').last().click();
  await page.getByText('Try it out').click();
  await page.getByPlaceholder('topic').fill('room:1');
  await page.locator('.execute').click();
  const status = page.locator('.live-responses-table tbody .response-col_status');
  expect(await status.first().textContent()).toMatch(/^200/);
  expect(errors).toEqual([]);
});
