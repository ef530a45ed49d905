import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startBrowser } from '../../../../tools/browser';
import { stageStack } from '../../../stack/stages';
import { synthesized } from '../../../support/cloud-assembly';
import { StartedRunner } from '../../../support/started-runner';
import { Visitor } from './visitor';

jest.setTimeout(60_000);

let browser: Browser;
let context: BrowserContext;
let runner: StartedRunner;
/** URL of the gateway: `http://app.localhost:4510`. */
let gateway: string;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  context = await browser.newContext();
});

afterEach(() => context.close());

/** @returns the content security policy that the template of the stage `gateway` gives to the page */
function contentSecurityPolicyIn(assembly: string): string {
  const template = Template.fromJSON(
    JSON.parse(readFileSync(join(assembly, 'Twinlane-gateway.template.json'), 'utf8')),
  );
  const [policy] = Object.values(template.findResources('AWS::CloudFront::ResponseHeadersPolicy'));
  const { SecurityHeadersConfig } = policy?.Properties.ResponseHeadersPolicyConfig ?? {};
  return SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy;
}

/** Records `METHOD URL` of everything that a page requests, including the preflights of the browser. */
async function requestsOf(page: Page): Promise<string[]> {
  const requests: string[] = [];
  const session = await context.newCDPSession(page);
  session.on('Network.requestWillBeSent', ({ request }) => requests.push(`${request.method} ${request.url}`));
  session.on('Network.webSocketCreated', ({ url }) => requests.push(`GET ${url}`));
  await session.send('Network.enable');
  return requests;
}

/** Opens the page, and records its requests from the first one on. */
async function visit(): Promise<{ visitor: Visitor; requests: string[] }> {
  const visitor = await Visitor.open(context, gateway);
  const requests = await requestsOf(visitor.page);
  await visitor.page.reload();
  await visitor.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  return { visitor, requests };
}

async function expectBothLanesOfOneOrigin(visitor: Visitor, requests: readonly string[]): Promise<void> {
  await visitor.receives('Subscribed to news');
  await visitor.connection('Connected');
  await visitor.subscribe('one-origin');
  await visitor.publish('one-origin', '"hello"');
  await visitor.receives('one-origin 1 "hello"');
  const { host } = new URL(gateway);
  expect(requests).toContain(`POST ${gateway}/v1/topics/one-origin/messages`);
  expect(requests).toContain(`GET ws://${host}/socket`);
  expect(requests.filter((one) => new URL(one.split(' ')[1] ?? '').host !== host)).toEqual([]);
  expect(requests.filter((one) => one.startsWith('OPTIONS'))).toEqual([]);
  // The browser reports each violation of the content security policy as an error.
  expect(visitor.complaints).toEqual([]);
}

/** Measures the first request to a URL with the page. @returns the text of the result */
async function measured({ page }: Visitor, url: string): Promise<string> {
  await page.getByLabel('URL', { exact: true }).fill(url);
  await page.getByRole('button', { name: 'Measure', exact: true }).click();
  await page.locator('#first-status').getByText('Finished').waitFor();
  return (await page.locator('#first-result').textContent()) ?? '';
}

describe('npm start with a gateway', () => {
  let otherSite: Server;

  beforeAll(async () => {
    otherSite = createServer((_, response) => response.setHeader('content-type', 'text/html').end('another site'));
    await once(otherSite.listen(0, '127.0.0.1'), 'listening');
    const assembly = synthesized((app) => void stageStack('gateway', {}, app));
    runner = await StartedRunner.start(['--app', assembly], undefined, 'tools/demo/main.ts');
    gateway = runner.url('http');
  }, 60_000);

  afterAll(async () => {
    otherSite?.close();
    await runner?.stop();
  });

  async function pageOfAnotherOrigin(): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(otherSite.address() as AddressInfo).port}`);
    return page;
  }

  test('serves the page and both lanes at one origin, and the browser sends no preflight', async () => {
    expect(runner.pageUrl).toBe(gateway);
    const { visitor, requests } = await visit();
    await visitor.signIn();
    await expectBothLanesOfOneOrigin(visitor, requests);
    expect(await visitor.page.locator('#servers th').allTextContents()).toEqual([
      'Measurement',
      'Single process',
      'Twinlane',
    ]);
  });

  test('lets no page of another origin read a token', async () => {
    const page = await pageOfAnotherOrigin();
    const read = await page.evaluate(
      (url) =>
        fetch(url).then(
          ({ status }) => status,
          ({ name }) => name,
        ),
      `${gateway}/token?subject=mallory&tenant=acme`,
    );
    expect(read).toBe('TypeError');
  });

  test('gets a preflight from a page of another origin, so the test for one origin would notice one', async () => {
    const page = await pageOfAnotherOrigin();
    const requests = await requestsOf(page);
    await page.evaluate(
      (url) =>
        fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).catch(
          () => undefined,
        ),
      `${gateway}/v1/topics/news/messages`,
    );
    expect(requests).toContain(`OPTIONS ${gateway}/v1/topics/news/messages`);
  });
});

describe('the files in the bucket of a gateway', () => {
  let policy: string;

  beforeAll(async () => {
    const assembly = synthesized((app) => void stageStack('gateway', {}, app));
    policy = contentSecurityPolicyIn(assembly);
    runner = await StartedRunner.start(['--app', assembly]);
    gateway = runner.url('http');
  }, 60_000);

  afterAll(() => runner?.stop());

  /** Signs in to the page, which has no issuer on AWS, with a token from elsewhere. */
  async function signedIn() {
    const { visitor, requests } = await visit();
    const answer = await visitor.page.request.get(`${runner.tokenUrl}?subject=carol&tenant=acme`);
    await visitor.page.getByLabel('Token').fill((await answer.json()).id_token);
    await visitor.signIn();
    return { visitor, requests };
  }

  test('are a page that uses both lanes under the content security policy of the template', async () => {
    const response = await fetch(gateway);
    const here = policy.replace('wss://app.gateway.example.com', gateway.replace('http:', 'ws:'));
    expect(response.headers.get('content-security-policy')).toBe(here);
    const { visitor, requests } = await signedIn();
    await expectBothLanesOfOneOrigin(visitor, requests);
  });

  test('name the content security policy as the reason why the page cannot measure another server', async () => {
    const { visitor } = await visit();
    const result = await measured(visitor, 'http://127.0.0.1:9/items');
    expect(result).toContain(
      'The content security policy of this page does not allow requests to http://127.0.0.1:9, so the request was not sent.',
    );
  });

  test('measure the first request to their own origin, which needs no preflight', async () => {
    const { visitor } = await visit();
    const result = await measured(visitor, `${gateway}/health`);
    expect(result).toMatch(/^Your first request took/);
    expect(result).toContain('This request has the origin of this page, so the browser sends no preflight');
    expect(visitor.complaints).toEqual([]);
  });
});
