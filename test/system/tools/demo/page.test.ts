import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Limit } from '../../../../client/protocol';
import { startBrowser } from '../../../../tools/browser';
import { synthesized } from '../../../support/cloud-assembly';
import { StartedRunner } from '../../../support/started-runner';
import { stageStack } from '../../../stack/stages';
import { accessibilityProblems } from '../accessibility';
import { Visitor } from './visitor';

jest.setTimeout(60_000);

let runner: StartedRunner;
let browser: Browser;
let context: BrowserContext;
let visitor: Visitor;

beforeAll(async () => {
  const assembly = synthesized((app) => void stageStack('dev', {}, app));
  // In succession, so that afterAll stops the runner even if the browser does not start.
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

/** Fails if the browser logged an error or a warning. */
function expectNoComplaints(...visitors: Visitor[]): void {
  expect(visitors.flatMap(({ complaints }) => complaints)).toEqual([]);
}

describe('the page, when signed in,', () => {
  beforeEach(() => visitor.signIn());

  test('shows a published message without any typing', async () => {
    await visitor.receives('Subscribed to news');
    await visitor.connection('Connected');
    await visitor.page.getByRole('button', { name: 'Publish', exact: true }).click();
    await visitor.receives('{"text":"hello"}');
    await visitor.page
      .locator('#http-state')
      .getByText(/^Published in \d+ ms$/)
      .waitFor();
    expectNoComplaints(visitor);
  });

  test('shows the messages of two tabs in the same order in both', async () => {
    const other = await Visitor.open(context, runner.pageUrl);
    await other.signIn();
    await Promise.all([visitor.subscribe('tabs'), other.subscribe('tabs')]);
    await visitor.publish('tabs', '"from the first"');
    await other.publish('tabs', '"from the second"');
    await Promise.all([visitor.receives('from the second'), other.receives('from the second')]);
    const lines = ['Subscribed to tabs', 'tabs 1 "from the first"', 'tabs 2 "from the second"'];
    expect([await visitor.lines('tabs'), await other.lines('tabs')]).toEqual([lines, lines]);
    expectNoComplaints(visitor, other);
  });

  test('no longer shows a topic after unsubscribing', async () => {
    await visitor.subscribe('left');
    await visitor.subscribe('kept');
    await visitor.page.getByRole('button', { name: 'Unsubscribe from left' }).click();
    await visitor.publish('left', '1');
    await visitor.publish('kept', '2');
    await visitor.receives('kept 1 2');
    expect(await visitor.lines('left')).toEqual(['Subscribed to left']);
    expect(await visitor.topics()).toEqual(['news', 'kept']);
    expectNoComplaints(visitor);
  });

  test('reconnects after its WebSocket breaks, and shows the messages published in the meantime', async () => {
    await visitor.subscribe('cut');
    await visitor.publish('cut', '"before"');
    await visitor.receives('cut 1 "before"');
    process.kill(runner.child('websocket').pid, 'SIGKILL');
    await visitor.connection(/^Connecting/);
    await visitor.publish('cut', '"meanwhile"');
    await visitor.connection('Connected');
    await visitor.receives('cut 2 "meanwhile"');
    // Browsers always log failed connections to the console.
    expect(visitor.complaints.filter((text) => !text.startsWith('WebSocket connection to'))).toEqual([]);
  });

  test('keeps no messages and no subscriptions after signing out', async () => {
    await visitor.subscribe('mine');
    await visitor.publish('mine', '"secret"');
    await visitor.receives('secret');
    await visitor.page.getByRole('button', { name: 'Sign out' }).click();
    await visitor.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await visitor.page.getByRole('heading', { name: 'Publish' }).isVisible()).toBe(false);
    await visitor.signIn();
    await visitor.receives('Subscribed to news');
    expect(await visitor.lines('mine')).toEqual([]);
    expect(await visitor.topics()).toEqual(['news']);
    expectNoComplaints(visitor);
  });

  test('keeps its user and topics when it is reloaded, and shows each message once', async () => {
    await visitor.subscribe('resumed');
    await visitor.publish('resumed', '"before"');
    await visitor.receives('resumed 1 "before"');
    await visitor.page.goto('about:blank');
    const other = await Visitor.open(context, runner.pageUrl);
    await other.signIn();
    await other.publish('resumed', '"meanwhile"');
    await visitor.page.goto(runner.pageUrl);
    await visitor.receives('resumed 2 "meanwhile"');
    await visitor.receives('Subscribed to resumed again, after message 1');
    expect(await visitor.lines('before')).toEqual([]);
    expect(await visitor.topics()).toEqual(['news', 'resumed']);
    expectNoComplaints(visitor, other);
  });

  test('shows that messages wait for the network, lets the user publish more, and publishes each once', async () => {
    await visitor.subscribe('waiting');
    await visitor.page.locator('#publish-topic').fill('waiting');
    await visitor.page.route('**/messages', (route) => route.abort());
    const publish = visitor.page.getByRole('button', { name: 'Publish', exact: true });
    const newest = visitor.page.locator('#published p:first-child');
    await publish.click();
    await newest.getByText('Publishing to waiting… Waiting for the network, trying again.').waitFor();
    await context.setOffline(true);
    await newest.getByText('This device is offline.').waitFor();
    await publish.click();
    await visitor.page.locator('#published p:nth-child(2)').getByText('This device is offline.').waitFor();
    await context.setOffline(false);
    await visitor.page.unroute('**/messages');
    for (const line of await visitor.page.locator('#published p').all()) {
      await line.getByText(/^Published message [12] of topic waiting in \d+ ms$/).waitFor();
    }
    await visitor.receives('waiting 2');
    expect(await visitor.lines('waiting 3')).toEqual([]);
  });

  describe('marks every field with a problem and moves the focus to the first, if it is to', () => {
    const wholeNumber = (label: string, from: number, to: number) =>
      `${label} must be a whole number from ${from} to ${to}.`;

    const topic = /^Topic must contain only letters and digits/;

    test.each<[string, string, [id: string, value: string, problem: string | RegExp][]]>([
      [
        'publish without topic and data',
        'Publish',
        [
          ['publish-topic', '', /^Enter a topic\./],
          ['data', ' ', /^Enter data\./],
        ],
      ],
      [
        'publish text that is not JSON to a topic with a space',
        'Publish',
        [
          ['publish-topic', 'no topic', topic],
          ['data', '{ text: hello }', /^Data must be valid JSON: /],
        ],
      ],
      [
        'publish too much',
        'Publish',
        [['data', JSON.stringify('x'.repeat(Limit.DATA_BYTES)), /^Data takes \d+ bytes/]],
      ],
      ['subscribe to a topic with an empty segment', 'Subscribe', [['subscribe-topic', 'a..b', topic]]],
      [
        'run a load test without limits',
        'Run load test',
        [
          ['sockets', '101', wholeNumber('WebSockets', 1, 100)],
          ['rate', '0', wholeNumber('Messages per second', 1, 80)],
          ['seconds', '1.5', wholeNumber('Duration in seconds', 1, 60)],
        ],
      ],
    ])('%s', async (_, button, fields) => {
      const { page } = visitor;
      for (const [id, value] of fields) {
        await page.locator(`#${id}`).fill(value);
      }
      await page.getByRole('button', { name: button, exact: true }).click();
      for (const [id, , problem] of fields) {
        await page.getByRole('alert').getByText(problem).waitFor();
        expect(await page.locator(`#${id}`).getAttribute('aria-invalid')).toBe('true');
      }
      expect(await page.evaluate('document.activeElement.id')).toBe(fields[0]?.[0]);
      const input = page.locator(`#${fields[0]?.[0]}`);
      await input.fill('1');
      expect(await input.getAttribute('aria-invalid')).toBeNull();
      expectNoComplaints(visitor);
    });
  });

  test('subscribes to a topic only once', async () => {
    await visitor.page.getByRole('button', { name: 'Subscribe', exact: true }).click();
    await visitor.receives('Already subscribed to news');
    expect(await visitor.topics()).toEqual(['news']);
    expectNoComplaints(visitor);
  });

  test('compares the lanes and a single process at the same rate in one chart and one table', async () => {
    await visitor.startLoadTest({ sockets: '3', rate: '8', seconds: '1' });
    await visitor.page.locator('#load-status').getByText('Finished').waitFor();
    expect(await visitor.page.locator('#chart canvas').count()).toBe(1);
    expect(await visitor.page.locator('#chart .u-series').allInnerTexts()).toEqual([
      'Single process: HTTP latency (ms)',
      'Twinlane: HTTP latency (ms)',
    ]);
    expect(await visitor.page.locator('#servers th').allInnerTexts()).toEqual([
      'Measurement',
      'Single process',
      'Twinlane',
    ]);
    expect(await visitor.page.locator('#verdicts p').allInnerTexts()).toEqual([
      expect.stringMatching(/^Single process (kept|did not keep) the rate/),
      expect.stringMatching(/^Twinlane (kept|did not keep) the rate/),
    ]);
    for (const column of [0, 1]) {
      const values = (await visitor.page.locator(`#results td:nth-of-type(${column + 1})`).allInnerTexts()).map(Number);
      const [p50, p99, loadP50, loadP99, failed, messageP50, messageP99, perSecond, missing] = values;
      expect(p50).toBeGreaterThan(0);
      expect(p99).toBeGreaterThanOrEqual(p50 ?? 0);
      expect(loadP50).toBeGreaterThan(0);
      expect(loadP99).toBeGreaterThanOrEqual(loadP50 ?? 0);
      expect(messageP50).toBeGreaterThan(0);
      expect(messageP99).toBeGreaterThanOrEqual(messageP50 ?? 0);
      expect(perSecond).toBeGreaterThan(0);
      expect(failed).toBe(0);
      // A busy machine delivers some of the 8 messages too late.
      expect(missing).toBeLessThan(8);
    }
    expectNoComplaints(visitor);
  });

  test('stops a load test immediately, and can start another', async () => {
    const status = visitor.page.locator('#load-status');
    await visitor.startLoadTest({ sockets: '3', rate: '8', seconds: '60' });
    await status.getByText('sending 8 messages per second for 60 seconds').waitFor();
    await visitor.page.getByRole('button', { name: 'Stop', exact: true }).click();
    await status.getByText('Stopped').waitFor();
    await visitor.startLoadTest({ sockets: '2' });
    await status.getByText('measuring HTTP while the WebSockets are idle').waitFor();
    expectNoComplaints(visitor);
  });

  test('makes every control reachable by keyboard, in visual order', async () => {
    const reached: unknown[] = [];
    for (let count = 0; count < 15; count += 1) {
      reached.push(await visitor.page.evaluate('document.activeElement.id || document.activeElement.innerText'));
      await visitor.page.keyboard.press('Tab');
    }
    expect(reached).toEqual([
      ...['lanes-title', 'publish-topic', 'data', 'Publish', 'subscribe-topic', 'Subscribe', 'Unsubscribe', 'messages'],
      ...[
        'sockets',
        'rate',
        'seconds',
        'Run load test',
        'measured-method',
        'measured-url',
        'Body, headers, credentials and WebSocket',
      ],
    ]);
    await visitor.page.locator('#data').focus();
    await visitor.page.keyboard.press('Tab');
    await visitor.page.keyboard.press('Enter');
    await visitor.page.locator('#published').getByText('Published message').waitFor();
    expectNoComplaints(visitor);
  });
});

describe.each(['light', 'dark'] as const)('the page with the %s color scheme', (colorScheme) => {
  test.each([360, 1200])(
    'has no accessibility problem and no horizontal scroll bar at a width of %d pixels',
    async (width) => {
      await visitor.page.emulateMedia({ colorScheme });
      await visitor.page.setViewportSize({ width, height: 800 });
      await visitor.page.getByText(/^Answered in \d+ ms$/).waitFor();
      expect(await accessibilityProblems(visitor.page)).toEqual([]);
      expect(await visitor.primaryButtons()).toEqual(['Sign in as alice']);
      await visitor.signIn();
      await visitor.subscribe('seen');
      await visitor.publish('seen', '"hello"');
      await visitor.receives('hello');
      expect(await visitor.primaryButtons()).toEqual(['Publish']);
      await visitor.page.getByText('Body, headers, credentials and WebSocket').click();
      await visitor.page.getByRole('button', { name: 'Measure', exact: true }).click();
      await visitor.page.locator('#first-status').getByText('Finished').waitFor();
      expect(await visitor.page.locator('#first-result .bar').count()).toBe(2);
      await visitor.startLoadTest({ rate: '' });
      await visitor.page.getByRole('alert').getByText('whole number').waitFor();
      expect(await accessibilityProblems(visitor.page)).toEqual([]);
      expect(await visitor.page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expectNoComplaints(visitor);
    },
  );
});

describe('signing in to the page', () => {
  test('names every invalid field, and moves the focus to the first', async () => {
    await visitor.page.getByText('Use another name or tenant').click();
    await visitor.page.getByLabel('Name').fill('no one');
    await visitor.page.getByLabel('Tenant').fill('');
    await visitor.page.getByText('Use another name or tenant').click();
    await visitor.page.getByRole('button', { name: 'Sign in as no one' }).click();
    const alert = visitor.page.getByRole('alert');
    await alert.getByText('Name must be 1 to 64 letters').waitFor();
    await alert.getByText('Tenant must be 1 to 64 letters').waitFor();
    expect(await visitor.page.evaluate('document.activeElement.id')).toBe('subject');
    expectNoComplaints(visitor);
  });

  test("does not show a tenant another tenant's messages", async () => {
    const other = await Visitor.open(context, runner.pageUrl);
    await other.page.getByText('Use another name or tenant').click();
    await other.page.getByLabel('Tenant').fill('globex');
    await Promise.all([visitor.signIn(), other.signIn()]);
    await Promise.all([visitor.subscribe('shared'), other.subscribe('shared')]);
    await visitor.publish('shared', '"from acme"');
    await other.publish('shared', '"from globex"');
    await Promise.all([visitor.receives('from acme'), other.receives('from globex')]);
    expect([await visitor.lines('shared'), await other.lines('shared')]).toEqual([
      ['Subscribed to shared', 'shared 1 "from acme"'],
      ['Subscribed to shared', 'shared 1 "from globex"'],
    ]);
    expectNoComplaints(visitor, other);
  });

  describe('if the page has no issuer,', () => {
    /** Signs in to the page without `tokenUrl`, as on AWS. */
    async function signInWith(token: string): Promise<void> {
      const { page } = visitor;
      const { tokenUrl: _, ...config } = await (await page.request.get(`${runner.pageUrl}/config.json`)).json();
      await page.route('**/config.json', (route) => route.fulfill({ json: config }));
      await page.reload();
      await page.getByLabel('Token').fill(token);
      await visitor.signIn();
    }

    test('accepts a token from elsewhere', async () => {
      const answer = await visitor.page.request.get(`${runner.tokenUrl}?subject=carol&tenant=acme`);
      await signInWith((await answer.json()).id_token);
      await visitor.subscribe('elsewhere');
      await visitor.publish('elsewhere', '"hello"');
      await visitor.receives('hello');
      expectNoComplaints(visitor);
    });

    test('shows an error and no messages for an invalid token', async () => {
      await signInWith('nonsense');
      await visitor.page.locator('#trouble').getByText(/token/).waitFor();
      await visitor.page.getByRole('button', { name: 'Publish', exact: true }).click();
      await visitor.page
        .locator('#published')
        .getByText(/was not published to news\..*token/)
        .waitFor();
      expect(await visitor.lines('')).toEqual([]);
    });
  });
});

describe('a browser', () => {
  let otherSite: Server;

  beforeAll(async () => {
    otherSite = createServer((_, response) => response.setHeader('content-type', 'text/html').end('another site'));
    await once(otherSite.listen(0, '127.0.0.1'), 'listening');
  });

  afterAll(() => otherSite.close());

  /** Gets a ticket with a valid token and the origin of the page. */
  async function ticket(): Promise<string> {
    const { page } = visitor;
    const { id_token } = await (await page.request.get(`${runner.tokenUrl}?subject=dave&tenant=acme`)).json();
    const answer = await page.request.post(`${runner.url('http')}/v1/tickets`, {
      headers: { authorization: `Bearer ${id_token}`, origin: new URL(runner.pageUrl).origin },
    });
    return (await answer.json()).ticket;
  }

  /** Opens a WebSocket from a page. @returns `open` or `refused` */
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

  test('lets a page of the allowed origin use both lanes', async () => {
    expect(await opened(visitor.page)).toBe('open');
    // The request has no token, but the page can read the response.
    expect(await read(visitor.page)).toBe(401);
  });

  test('lets no page of another origin use the lanes', async () => {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(otherSite.address() as AddressInfo).port}`);
    expect(await opened(page)).toBe('refused');
    expect(await read(page)).toBe('TypeError');
  });
});

describe('the chart of the page', () => {
  // In the C locale, `navigator.language` of Chromium on Linux is en-US@posix, which Intl rejects.
  test.each([
    ['C', 'C', 'en-US@posix'],
    ['unset', undefined, 'en-US@posix'],
    ['ar_EG.UTF-8', 'ar_EG.UTF-8', 'ar-EG'],
  ])('is drawn if LANG is %s, and the rest of the page works', async (name, LANG, language) => {
    const localized = await startBrowser({ LANG, LANGUAGE: undefined, LC_ALL: undefined, LC_MESSAGES: undefined });
    try {
      const reader = await Visitor.open(localized, runner.pageUrl);
      // Another browser, set by CHROMIUM, can have another language.
      expect(process.env.CHROMIUM ? language : await reader.page.evaluate('navigator.language')).toBe(language);
      await reader.signIn();
      await reader.startLoadTest({ sockets: '3', seconds: '1' });
      await reader.page.locator('#chart canvas').waitFor();
      await reader.page.getByRole('button', { name: 'Stop', exact: true }).click();
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
    ['the browser has no canvas', 'HTMLCanvasElement.prototype.getContext = () => { throw new Error("planted"); }'],
  ])('is replaced by a message if %s, and the table still shows the results', async (_, fault) => {
    await context.addInitScript(fault);
    await visitor.page.reload();
    await visitor.signIn();
    await visitor.startLoadTest({ sockets: '3', seconds: '1' });
    await visitor.page.locator('#chart').getByText('The chart cannot be drawn').getByText('planted').waitFor();
    await visitor.page
      .locator('#results td:nth-of-type(1)')
      .first()
      .getByText(/^[\d.]+$/)
      .waitFor();
    expectNoComplaints(visitor);
  });
});

test('the page without its configuration shows an error with a fix', async () => {
  const page = await context.newPage();
  await page.route('**/config.json', (route) => route.fulfill({ status: 404 }));
  await page.goto(runner.pageUrl);
  await page
    .getByRole('alert')
    .getByText('config.json is missing or incomplete. Fix: put it in the folder of this page')
    .waitFor();
});
