import type { Browser, Page } from 'playwright-core';
import { type Running, start } from '../../../../tools/local';
import { startBrowser } from '../../../../tools/browser';
import { accessibilityProblems } from '../accessibility';
import { chatApp } from './chat-app';

jest.setTimeout(60_000);

let app: Running;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  [app, browser] = await Promise.all([start({ assembly: chatApp(), console: 0 }), startBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

beforeEach(async () => {
  complaints.length = 0;
  page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) {
      complaints.push(message.text());
    }
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(app.urls.console ?? '');
  await page.getByText('Live', { exact: true }).waitFor();
});

afterEach(async () => {
  await page.close();
  expect(complaints).toEqual([]);
});

/** Connects with a token of the user pool. */
async function connect(subject = 'alice'): Promise<void> {
  await page.getByLabel('Subject').fill(subject);
  await page.getByRole('button', { name: 'Fill in a token' }).click();
  await page.getByText('The token is in the query parameter token.').waitFor();
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByText('Connected', { exact: true }).waitFor();
}

async function send(frame: string): Promise<void> {
  await page.getByLabel('Frame', { exact: true }).fill(frame);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

/** Waits for a line in the list of frames. */
function frame(text: string): Promise<void> {
  return page.getByRole('list', { name: 'Frames' }).getByText(text).first().waitFor();
}

test('it draws the resources and names what each of them is connected with', async () => {
  await page.getByRole('button', { name: /Function Enter .*writes Rooms/ }).waitFor();
  await page.getByRole('button', { name: /WebSocket API Chat .*\$connect to Enter.*authorizes with Guard/ }).waitFor();
  expect(await page.locator('#lines path').count()).toBe(7);
});

test('a person connects with a token, sends a frame of a route, and sees the answer', async () => {
  await connect();
  await page.getByLabel('Route').selectOption({ label: 'say' });
  expect(await page.getByLabel('Frame', { exact: true }).inputValue()).toBe('{"action":"say"}');
  await send('{"action":"say","text":"hello"}');
  await frame('said');
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await page.locator('#state').getByText('Closed with 1000').waitFor();
});

test('a refused connection shows the status and the body of the answer', async () => {
  await page.getByLabel('URL').fill(`${app.urls.websocket}?token=nonsense`);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.locator('#state').getByText('Refused with 401').waitFor();
  await frame('Unauthorized');
});

test('an invocation shows its event, its response and its output', async () => {
  await connect('bob');
  await page.getByLabel('Function', { exact: true }).selectOption({ label: 'Enter' });
  const invocation = page.locator('#invoked details:visible').first();
  await invocation.getByText('succeeded').waitFor();
  await invocation.locator('summary').click();
  await invocation.getByText('"principalId": "bob"').waitFor();
  await invocation.getByText('{"statusCode":200}').waitFor();
  await invocation.getByText('somebody enters').waitFor();
});

test('a denied call shows the statement that the policy lacks', async () => {
  await connect();
  await send('{"action":"leave"}');
  const denial = page.locator('#denials details').first();
  await denial.getByText('dynamodb:DeleteItem').first().waitFor();
  await denial.getByText('"Action": "dynamodb:DeleteItem"').waitFor();
  await denial.getByRole('button', { name: 'Copy the statement' }).waitFor();
});

test('items and messages appear without a reload', async () => {
  await page.getByLabel('Table or queue').selectOption({ label: 'Table Rooms' });
  await page.getByRole('columnheader', { name: 'id' }).waitFor();
  await connect('carol');
  await page.getByRole('cell', { name: 'carol' }).first().waitFor();
  await page.getByRole('button', { name: /Queue Moderation/ }).click();
  await send('{"action":"say","text":"for moderation"}');
  await page.getByRole('cell', { name: /for moderation/ }).waitFor();
  await page.getByRole('cell', { name: 'visible' }).first().waitFor();
});

test('a page that opens later shows the invocations from before', async () => {
  await connect('dora');
  await page.reload();
  await page.getByLabel('Function', { exact: true }).selectOption({ label: 'Enter' });
  await page.locator('#invoked details:visible').first().waitFor();
});

test.each(['light', 'dark'] as const)('it has no accessibility problem in %s colors', async (colorScheme) => {
  await page.emulateMedia({ colorScheme });
  await connect();
  await send('{"action":"leave"}');
  await page.locator('#denials details').first().waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
});

test('it works without a mouse: each resource can be selected with the keyboard', async () => {
  await page.getByRole('button', { name: /Table Rooms/ }).focus();
  await page.keyboard.press('Enter');
  expect(await page.getByRole('button', { name: /Table Rooms/ }).getAttribute('aria-pressed')).toBe('true');
});

test('it fits a narrow screen', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
  expect(overflow).toBeLessThanOrEqual(0);
});
