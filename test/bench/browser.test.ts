import { chromium } from 'playwright-core';
import { findBrowser } from '../../bench/browser';

test('a machine without a Chromium runs that of the package', async () => {
  const browser = await chromium.launch(findBrowser('/nowhere'));
  const page = await browser.newPage();
  await page.goto('data:text/html,<title>It runs</title>');
  expect(await page.title()).toBe('It runs');
  await browser.close();
}, 30_000);
