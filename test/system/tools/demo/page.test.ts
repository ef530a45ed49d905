import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Limit } from '../../../../lambda/realtime/protocol';
import { startBrowser } from '../../../../tools/browser';
import { synthesized } from '../../../support/cloud-assembly';
import { StartedRunner } from '../../../support/started-runner';
import { stageStack } from '../../../stack/stages';
import { Visitor } from './visitor';

jest.setTimeout(60_000);

let runner: StartedRunner;
let browser: Browser;
let context: BrowserContext;
let visitor: Visitor;

beforeAll(async () => {
  const assembly = synthesized((app) => void stageStack('dev', {}, app));
  // One after the other: what has started is stopped even if the next does not start.
  runner = await StartedRunner.start(['--app', assembly], undefined, 'tools/demo/main.ts');
  browser = await startBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await runner?.stop();
});

beforeEach(async () => {
  context = await browser.newContext();
  visitor = await Visitor.open(context, runner.pageUrl);
});

afterEach(() => context.close());

/** Every test but that of a cut ends with it. */
function expectNoComplaints(...visitors: Visitor[]): void {
  expect(visitors.flatMap(({ complaints }) => complaints)).toEqual([]);
}

describe('signed in', () => {
  beforeEach(() => visitor.signIn());

  test('a message that is published arrives', async () => {
    await visitor.subscribe('orders');
    await visitor.connection('Connected');
    await visitor.publish('orders', '{"total": 42}');
    await visitor.receives('orders 1 {"total":42}');
    expectNoComplaints(visitor);
  });

  test('two tabs hear each other, in the same order', async () => {
    const other = await Visitor.open(context, runner.pageUrl);
    await other.signIn();
    await Promise.all([visitor.subscribe('tabs'), other.subscribe('tabs')]);
    await visitor.publish('tabs', '"from the first"');
    await other.publish('tabs', '"from the second"');
    await Promise.all([visitor.receives('from the second'), other.receives('from the second')]);
    const lines = ['Subscribed to tabs', 'tabs 1 "from the first"', 'tabs 2 "from the second"'];
    expect([await visitor.lines(), await other.lines()]).toEqual([lines, lines]);
    expectNoComplaints(visitor, other);
  });

  test('what is unsubscribed from is shown no more', async () => {
    await visitor.subscribe('left');
    await visitor.subscribe('kept');
    await visitor.page.getByRole('button', { name: 'Unsubscribe from left' }).click();
    await visitor.publish('left', '1');
    await visitor.publish('kept', '2');
    await visitor.receives('kept 1 2');
    expect((await visitor.lines()).filter((line) => line.startsWith('left'))).toEqual([]);
    expect(await visitor.page.getByRole('list', { name: 'Subscriptions' }).locator('li').count()).toBe(1);
    expectNoComplaints(visitor);
  });

  test('when the socket is cut another is opened, and what was published meanwhile arrives', async () => {
    await visitor.subscribe('cut');
    await visitor.publish('cut', '"before"');
    await visitor.receives('cut 1 "before"');
    process.kill(runner.child('websocket').pid, 'SIGKILL');
    await visitor.connection('Connecting');
    await visitor.publish('cut', '"meanwhile"');
    await visitor.connection('Connected');
    await visitor.receives('cut 2 "meanwhile"');
    // A browser writes each connection that fails to the console, and cannot be told not to.
    expect(visitor.complaints.filter((text) => !text.startsWith('WebSocket connection to'))).toEqual([]);
  });

  test('signing out leaves nothing behind', async () => {
    await visitor.subscribe('mine');
    await visitor.publish('mine', '"secret"');
    await visitor.receives('secret');
    await visitor.page.getByRole('button', { name: 'Sign out' }).click();
    await visitor.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await visitor.page.getByRole('heading', { name: 'Publish' }).isVisible()).toBe(false);
    await visitor.signIn();
    expect(await visitor.lines()).toEqual([]);
    expect(await visitor.page.getByRole('list', { name: 'Subscriptions' }).locator('li').count()).toBe(0);
    expectNoComplaints(visitor);
  });

  test.each([
    ['a topic with a space', 'publish-topic', 'no topic', 'Publish', /topic must be letters and digits/],
    ['no topic', 'publish-topic', '', 'Publish', /topic must be letters and digits/],
    ['what is no JSON', 'data', '{ text: hello }', 'Publish', /no JSON/],
    ['too much data', 'data', JSON.stringify('x'.repeat(Limit.DATA_BYTES)), 'Publish', /bytes/],
    ['an empty segment of a topic', 'subscribe-topic', 'a..b', 'Subscribe', /topic must be letters and digits/],
    ['too many sockets', 'sockets', '101', 'Storm the WebSocket lane', /whole number from 1 to 100/],
    ['too few messages', 'rate', '0', 'Storm the WebSocket lane', /whole number from 4 to 80/],
    ['a broken number', 'seconds', '1.5', 'Storm the WebSocket lane', /whole number from 1 to 60/],
  ])('%s is told, where it is: in the field %s', async (_, id, value, button, sentence) => {
    const input = visitor.page.locator(`#${id}`);
    await input.fill(value);
    await visitor.page.getByRole('button', { name: button, exact: true }).click();
    await visitor.page.getByRole('alert').getByText(sentence).waitFor();
    expect(await visitor.page.evaluate('document.activeElement.id')).toBe(id);
    expect(await input.getAttribute('aria-invalid')).toBe('true');
    await input.fill('1');
    expect(await input.getAttribute('aria-invalid')).toBeNull();
    expectNoComplaints(visitor);
  });

  test('a topic is subscribed to once', async () => {
    await visitor.subscribe('once');
    await visitor.page.getByRole('button', { name: 'Subscribe', exact: true }).click();
    await visitor.page.getByRole('alert').getByText('You are subscribed to once').waitFor();
    expectNoComplaints(visitor);
  });

  test.each([true, false])('two requests are drawn from what the browser measured, warmed up: %s', async (warm) => {
    await visitor.page.getByLabel('Warm up first').setChecked(warm);
    await visitor.page.getByRole('button', { name: 'Publish twice' }).click();
    await visitor.page.getByText('First ÷ second').waitFor();
    const drawing = visitor.page.locator('#waterfall');
    expect(await drawing.locator('.bar').count()).toBe(2);
    for (const request of await drawing.locator('.request').all()) {
      const total = Number((await request.locator('h3').textContent())?.match(/([\d.]+) ms/)?.[1]);
      const phases = await request.locator('li').allInnerTexts();
      expect(phases.join()).toMatch(/answer [\d.]+/);
      const sum = phases.reduce((all, text) => all + Number(text.match(/[\d.]+$/)?.[0]), 0);
      // Each is rounded to a tenth.
      expect(Math.abs(sum - total)).toBeLessThan(0.05 * (phases.length + 1) + 0.01);
    }
    expectNoComplaints(visitor);
  });

  test('a storm at the lane, and one at a single process, are charted beside each other', async () => {
    for (const [id, value] of Object.entries({ sockets: '3', rate: '8', seconds: '1' })) {
      await visitor.page.locator(`#${id}`).fill(value);
    }
    await visitor.page.getByRole('button', { name: 'Storm the WebSocket lane' }).click();
    await visitor.page.locator('#result-lanes').waitFor();
    await visitor.page.getByRole('button', { name: 'Storm one process for both' }).click();
    await visitor.page.locator('#result-single').waitFor();
    expect(await visitor.page.locator('#chart canvas').count()).toBe(1);
    expect(await visitor.page.locator('#chart .u-series').allInnerTexts()).toEqual([
      'Twinlane’s lanes',
      'One process for both',
    ]);
    const rows = await visitor.page.locator('#results tr').all();
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      const [p50, p99, stormP50, stormP99, failed, messages] = (await row.locator('td').allInnerTexts()).map(Number);
      expect(p50).toBeGreaterThan(0);
      expect(p99).toBeGreaterThanOrEqual(p50 ?? 0);
      expect(stormP50).toBeGreaterThan(0);
      expect(stormP99).toBeGreaterThanOrEqual(stormP50 ?? 0);
      expect(failed).toBe(0);
      expect(messages).toBeGreaterThan(0);
    }
    expectNoComplaints(visitor);
  });

  test('a storm is stopped at once, and another can begin', async () => {
    await visitor.page.locator('#sockets').fill('3');
    await visitor.page.locator('#seconds').fill('60');
    const lane = visitor.page.getByRole('button', { name: 'Storm the WebSocket lane' });
    await lane.click();
    await visitor.page.locator('#load-status').getByText('Load test, for 60 seconds').waitFor();
    await visitor.page.getByRole('button', { name: 'Stop' }).click();
    await visitor.page.locator('#load-status').getByText('Stopped').waitFor();
    await visitor.page.locator('#seconds').fill('1');
    await lane.click();
    await visitor.page.locator('#load-status').getByText('Finished.').waitFor();
    expectNoComplaints(visitor);
  });

  test('everything is reached by keyboard, in the order of the page', async () => {
    const reached: unknown[] = [];
    for (let count = 0; count < 14; count += 1) {
      reached.push(await visitor.page.evaluate('document.activeElement.id || document.activeElement.innerText'));
      await visitor.page.keyboard.press('Tab');
    }
    expect(reached).toEqual([
      ...['publish-topic', 'data', 'Publish', 'subscribe-topic', 'Subscribe', 'messages', 'warm', 'Publish twice'],
      ...['sockets', 'rate', 'seconds', 'storm-lanes', 'storm-single', expect.stringContaining('Server')],
    ]);
    await visitor.page.locator('#data').focus();
    await visitor.page.keyboard.press('Tab');
    await visitor.page.keyboard.press('Enter');
    await visitor.page.locator('#published').getByText('Published as').waitFor();
    expectNoComplaints(visitor);
  });
});

describe.each(['light', 'dark'] as const)('in the %s', (colorScheme) => {
  test.each([360, 1200])('axe-core finds nothing on a screen of %d pixels, and nothing is cut off', async (width) => {
    await visitor.page.emulateMedia({ colorScheme });
    await visitor.page.setViewportSize({ width, height: 800 });
    expect(await visitor.accessibilityProblems()).toEqual([]);
    await visitor.signIn();
    await visitor.subscribe('seen');
    await visitor.publish('seen', '"hello"');
    await visitor.receives('hello');
    await visitor.page.getByRole('button', { name: 'Publish twice' }).click();
    await visitor.page.getByText('First ÷ second').waitFor();
    await visitor.page.locator('#rate').fill('');
    await visitor.page.getByRole('button', { name: 'Storm one process for both' }).click();
    await visitor.page.getByRole('alert').getByText('whole number').waitFor();
    expect(await visitor.accessibilityProblems()).toEqual([]);
    expect(await visitor.page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expectNoComplaints(visitor);
  });
});

describe('signing in', () => {
  test.each(['subject', 'tenant'])('a %s that cannot be is told where it is', async (id) => {
    await visitor.page.locator(`#${id}`).fill('no one');
    await visitor.page.getByRole('button', { name: 'Sign in' }).click();
    await visitor.page.getByRole('alert').getByText('is 1 to 64 letters').waitFor();
    expect(await visitor.page.evaluate('document.activeElement.id')).toBe(id);
    expectNoComplaints(visitor);
  });

  test('tenants do not hear each other', async () => {
    const other = await Visitor.open(context, runner.pageUrl);
    await other.page.getByLabel('Tenant').fill('globex');
    await Promise.all([visitor.signIn(), other.signIn()]);
    await Promise.all([visitor.subscribe('shared'), other.subscribe('shared')]);
    await visitor.publish('shared', '"of acme"');
    await other.publish('shared', '"of globex"');
    await Promise.all([visitor.receives('of acme'), other.receives('of globex')]);
    expect([await visitor.lines(), await other.lines()]).toEqual([
      ['Subscribed to shared', 'shared 1 "of acme"'],
      ['Subscribed to shared', 'shared 1 "of globex"'],
    ]);
    expectNoComplaints(visitor, other);
  });

  describe('where the page knows no issuer', () => {
    /** The page as it is on AWS: somebody else gives the token. */
    async function signInWith(token: string): Promise<void> {
      const { page } = visitor;
      const { tokenUrl: _, ...config } = await (await page.request.get(`${runner.pageUrl}/config.json`)).json();
      await page.route('**/config.json', (route) => route.fulfill({ json: config }));
      await page.reload();
      await page.getByLabel('Token').fill(token);
      await visitor.signIn();
    }

    test('a token that was got elsewhere lets in', async () => {
      const answer = await visitor.page.request.get(`${runner.tokenUrl}?subject=carol&tenant=acme`);
      await signInWith((await answer.json()).access_token);
      await visitor.subscribe('elsewhere');
      await visitor.publish('elsewhere', '"hello"');
      await visitor.receives('hello');
      expectNoComplaints(visitor);
    });

    test('a token that is none is told, and nothing arrives', async () => {
      await signInWith('nonsense');
      await visitor.page.getByRole('button', { name: 'Subscribe', exact: true }).click();
      await visitor.page.locator('#trouble').getByText(/token/).waitFor();
      await visitor.page.getByRole('button', { name: 'Publish', exact: true }).click();
      await visitor.page.locator('#publish-problem').getByText(/token/).waitFor();
      expect(await visitor.lines()).toEqual([]);
    });
  });
});

describe('a browser lets a page use the lanes', () => {
  let stranger: Server;

  beforeAll(async () => {
    stranger = createServer((_, response) => response.setHeader('content-type', 'text/html').end('another site'));
    await once(stranger.listen(0, '127.0.0.1'), 'listening');
  });

  afterAll(() => stranger.close());

  /** A ticket of somebody who may connect, asked for as the app's own page does. */
  async function ticket(): Promise<string> {
    const { page } = visitor;
    const { access_token } = await (await page.request.get(`${runner.tokenUrl}?subject=dave&tenant=acme`)).json();
    const answer = await page.request.post(`${runner.url('http')}/v1/tickets`, {
      headers: { authorization: `Bearer ${access_token}`, origin: new URL(runner.pageUrl).origin },
    });
    return (await answer.json()).ticket;
  }

  /** Opens a socket from a page. @returns how that ended */
  async function opened(page: Page): Promise<unknown> {
    const args = [runner.url('websocket'), ['twinlane.v1', `ticket.${await ticket()}`]];
    return page.evaluate(
      ([url, protocols]) =>
        new Promise((done) => {
          const socket = new WebSocket(url as string, protocols as string[]);
          socket.onopen = () => done('open');
          socket.onerror = () => done('refused');
        }),
      args,
    );
  }

  const read = (page: Page) =>
    page.evaluate(
      (url) =>
        fetch(url).then(
          ({ status }) => status,
          ({ name }) => name,
        ),
      `${runner.url('http')}/v1/topics/news/messages?after=0`,
    );

  test('of the origin that is allowed', async () => {
    expect(await opened(visitor.page)).toBe('open');
    // Without a token; but the page may read the answer.
    expect(await read(visitor.page)).toBe(401);
  });

  test('and no page of another origin', async () => {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}`);
    expect(await opened(page)).toBe('refused');
    expect(await read(page)).toBe('TypeError');
  });
});

describe('the chart', () => {
  async function startStorm(at: Visitor): Promise<void> {
    await at.signIn();
    await at.page.locator('#seconds').fill('1');
    await at.page.locator('#sockets').fill('3');
    await at.page.getByRole('button', { name: 'Storm the WebSocket lane' }).click();
  }

  // In the C locale Chromium on Linux has a `navigator.language` that Intl refuses: en-US@posix.
  test.each([
    ['C', 'C', 'en-US@posix'],
    ['POSIX', 'POSIX', 'en-US@posix'],
    ['unset', undefined, 'en-US@posix'],
    ['de_DE.UTF-8', 'de_DE.UTF-8', 'de-DE'],
    ['ar_EG.UTF-8', 'ar_EG.UTF-8', 'ar-EG'],
  ])('is drawn, and the rest of the page works, when LANG is %s', async (name, LANG, language) => {
    const localized = await startBrowser({ LANG, LANGUAGE: undefined, LC_ALL: undefined, LC_MESSAGES: undefined });
    try {
      const reader = await Visitor.open(localized, runner.pageUrl);
      // Another browser, which CHROMIUM names, may take its language from elsewhere.
      expect(process.env.CHROMIUM ? language : await reader.page.evaluate('navigator.language')).toBe(language);
      await startStorm(reader);
      await reader.page.locator('#chart canvas').waitFor();
      await reader.page.getByRole('button', { name: 'Stop' }).click();
      const topic = `locale:${name}`;
      await reader.subscribe(topic);
      await reader.publish(topic, '"hello"');
      await reader.receives('hello');
      expectNoComplaints(reader);
    } finally {
      await localized.close();
    }
  });

  test.each([
    ['its library does not load', "Intl.NumberFormat = class { constructor() { throw new RangeError('planted'); } }"],
    ['there is no canvas', 'HTMLCanvasElement.prototype.getContext = () => { throw new Error("planted"); }'],
  ])('leaves the measurement and its table alone if %s', async (_, fault) => {
    await context.addInitScript(fault);
    await visitor.page.reload();
    await startStorm(visitor);
    await visitor.page.locator('#chart').getByText('The chart cannot be drawn').getByText('planted').waitFor();
    await visitor.page.locator('#result-lanes').waitFor();
    expectNoComplaints(visitor);
  });
});

test('a page without its configuration says what is missing', async () => {
  const page = await context.newPage();
  await page.route('**/config.json', (route) => route.fulfill({ status: 404 }));
  await page.goto(runner.pageUrl);
  await page.getByRole('alert').getByText('config.json must be beside this page').waitFor();
});
