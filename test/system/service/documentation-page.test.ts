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
