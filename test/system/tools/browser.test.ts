import { chromium } from 'playwright-core';
import { launchOptions } from '../../../tools/browser';

test('the packaged browser runs without a browser in the PATH, and renders text with its own fonts', async () => {
  const { PATH } = process.env;
  process.env.PATH = '/nowhere';
  const browser = await chromium.launch(await launchOptions()).finally(() => {
    process.env.PATH = PATH;
  });
  const page = await browser.newPage();
  await page.setContent('<title>It runs</title><p style="font-family: sans-serif">text');
  expect(await page.title()).toBe('It runs');
  expect(await page.evaluate('document.querySelector("p").clientHeight')).toBeGreaterThan(10);
  await browser.close();
}, 30_000);

test('concurrent starts all get a completely unpacked browser', async () => {
  const options = await Promise.all([launchOptions(), launchOptions(), launchOptions()]);
  expect(new Set(options.map(({ executablePath }) => executablePath)).size).toBe(1);
});

test('a page opens after another context of the browser has closed', async () => {
  const browser = await chromium.launch(await launchOptions());
  await (await browser.newContext()).close();
  const page = await browser.newPage();
  await page.setContent('<title>still there</title>');
  expect(await page.title()).toBe('still there');
  await browser.close();
});
