import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../../../tools/browser';
import { stageStack } from '../../stack/stages';
import { synthesized } from '../../support/cloud-assembly';
import { LocalApp } from '../../support/local-app';

jest.setTimeout(60_000);

let app: LocalApp;
let browser: Browser;

beforeAll(async () => {
  app = await LocalApp.start(synthesized((cdk) => void stageStack('prod', { authentication: { type: 'none' } }, cdk)));
  browser = await startBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

test('the documentation page works in a browser with the headers that the listener adds', async () => {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('console', (message) => errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('requestfailed', (request) => errors.push(request.url()));

  const answer = await page.goto(`${app.urls.http}/docs`);
  expect(answer?.headers()['content-security-policy']).toContain("default-src 'none'");
  await page.locator('.opblock-summary-control').last().click();
  await page.getByText('Try it out').click();
  await page.getByPlaceholder('topic').fill('room:1');
  await page.locator('.execute').click();
  const status = page.locator('.live-responses-table tbody .response-col_status');
  expect(await status.first().textContent()).toMatch(/^200/);
  expect(errors).toEqual([]);
});

test.each(['light', 'dark'] as const)(
  'the page of the WebSocket API is readable in a narrow window, without scripts and with %s colors',
  async (colorScheme) => {
    const page = await browser.newPage({ colorScheme, viewport: { width: 360, height: 740 } });
    const errors: string[] = [];
    page.on('console', (message) => errors.push(message.text()));
    page.on('requestfailed', (request) => errors.push(request.url()));

    await page.goto(`${app.urls.http}/docs`);
    await page.getByRole('link', { name: 'WebSocket API' }).click();
    await page.getByRole('heading', { level: 1, name: 'Twinlane WebSocket API' }).waitFor();
    await page.waitForLoadState();
    expect(await page.locator('script').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await page.getByText(`Server: ${app.urls.websocket}`).count()).toBe(1);
    const axe = require.resolve('axe-core/axe.min.js');
    // Evaluated by the browser's debugger, because the policy of the page allows only scripts of its host.
    await page.evaluate(readFileSync(axe, 'utf8'));
    const violations = await page.evaluate<string[]>(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`))',
    );
    expect([violations, errors]).toEqual([[], []]);
  },
);
