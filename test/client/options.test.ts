import { WebSocket } from 'ws';
import { withDefaults } from '../../client/options';
import { Lanes } from './lanes';

const URLS = { httpUrl: 'https://api.example.com', webSocketUrl: 'wss://ws.example.com' };

afterEach(() => jest.useRealTimers());

test('the default clock runs a timer once, and not if it was cleared', () => {
  jest.useFakeTimers();
  const { clock } = withDefaults(URLS);
  const [runs, cleared] = [jest.fn(), jest.fn()];
  clock.setTimeout(runs, 10);
  clock.clearTimeout(clock.setTimeout(cleared, 10));
  jest.advanceTimersByTime(100);
  expect([runs.mock.calls.length, cleared.mock.calls.length]).toEqual([1, 0]);
});

test('an option that is undefined has its default, also inside another option', () => {
  const names = Object.keys(withDefaults(URLS)).filter((name) => !(name in URLS));
  const undefineds = Object.fromEntries(names.map((name) => [name, undefined]));
  const json = (options: object) => JSON.stringify(withDefaults({ ...URLS, ...options }));
  expect(json(undefineds)).toBe(json({}));
  expect(withDefaults({ ...URLS, reconnect: { base: undefined, cap: 5_000 } }).reconnect).toEqual({
    base: 2_000,
    cap: 5_000,
  });
  expect(withDefaults({ ...URLS, clock: undefined, newId: undefined }).newId()).toMatch(/^[0-9a-f]{32}$/);
});

test.each<[string, object]>([
  ['httpUrl', { httpUrl: undefined }],
  ['httpUrl', { httpUrl: 'api.example.com' }],
  ['httpUrl', { httpUrl: 'ftp://api.example.com' }],
  ['webSocketUrl', { webSocketUrl: 'wss://ws.example.com/#part' }],
  ['webSocketUrl', { webSocketUrl: 'https://ws.example.com' }],
  ['pingEvery', { pingEvery: -1 }],
  ['pingEvery', { pingEvery: 0 }],
  ['pingEvery', { pingEvery: null }],
  ['answerWithin', { answerWithin: Number.NaN }],
  ['answerWithin', { answerWithin: Number.POSITIVE_INFINITY }],
  ['gapWithin', { gapWithin: '5' }],
  ['publishWithin', { publishWithin: 1e12 }],
  ['reconnect', { reconnect: { base: 2_000, cap: 1_000 } }],
  ['reconnect', { reconnect: 5 }],
  ['retry.base', { retry: { base: '1' } }],
  ['rotateAfter', { rotateAfter: [2_000, 1_000] }],
  ['rotateAfter', { rotateAfter: null }],
  ['clock.now', { clock: { ...new Lanes().time, now: undefined } }],
  ['WebSocket', { WebSocket: 'ws' }],
  ['fetch', { fetch: {} }],
  ['token', { token: 'secret' }],
  ['log', { log: true }],
])('the client refuses an invalid value of %s in its constructor: %j', (name, options) => {
  const construct = () => new Lanes().client(options);
  expect(construct).toThrow(TypeError);
  expect(construct).toThrow(new RegExp(`^${name} must be .*, got `));
  expect(construct).not.toThrow(/secret/);
});

test('the client reports all invalid options together', () => {
  expect(() => new Lanes().client({ pingEvery: -1, httpUrl: '' })).toThrow(/httpUrl[^]*pingEvery[^]*Fix:/);
});

test.each([
  ['https://example.com/base?x=1', 'https://example.com/base/v1/topics/news/messages?x=1'],
  ['https://example.com/base/', 'https://example.com/base/v1/topics/news/messages'],
  ['https://example.com', 'https://example.com/v1/topics/news/messages'],
])('the path and the query of httpUrl are kept: %s', async (httpUrl, expected) => {
  const fetch = jest.fn().mockResolvedValue(new Response('{}'));
  await new Lanes().client({ httpUrl, fetch }).publish('news', 1);
  expect(fetch.mock.calls[0]?.[0]).toBe(expected);
});

test('the query of httpUrl is appended to that of a read of history', async () => {
  const page = { epoch: '', sequence: 0, recovered: true, messages: [] };
  const fetch = jest.fn().mockResolvedValue(new Response(JSON.stringify(page)));
  await new Lanes().client({ httpUrl: 'https://example.com/?x=1', fetch }).history('news').next();
  expect(fetch.mock.calls[0]?.[0]).toBe('https://example.com/v1/topics/news/messages?after=0&x=1');
});

test('in a page, URLs that begin with / are resolved against it', () => {
  const page = globalThis as { location?: { href: string } | undefined };
  page.location = { href: 'https://example.com/shop/' };
  try {
    expect(withDefaults({ httpUrl: '/api', webSocketUrl: '/ws?x=1' })).toMatchObject({
      httpUrl: 'https://example.com/api',
      webSocketUrl: 'wss://example.com/ws?x=1',
    });
  } finally {
    delete page.location;
  }
});

test('on a server that renders a page, a client with such URLs can be created, and only its calls fail', async () => {
  const lanes = new Lanes();
  const options = { httpUrl: '/api', webSocketUrl: '/ws', fetch: undefined, publishWithin: 0 };
  const client = lanes.client({ ...options, WebSocket });
  const failed = jest.fn();
  client.on('error', failed);
  await expect(client.publish('news', 1)).rejects.toMatchObject({ code: 'unavailable' });
  client.subscribe('news', () => undefined).ready.catch(() => undefined);
  await lanes.time.pass(0);
  expect(failed).toHaveBeenCalledWith(expect.objectContaining({ code: 'unsupported' }));
  client.close();
});
