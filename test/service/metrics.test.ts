import { dirname } from 'node:path';
import { Unavailable } from '../../lambda/realtime/ports';
import { ANYONE } from '../../lambda/realtime/principal';
import { unlimited } from '../../lambda/adapters/unlimited';
import { createApp, type AppOptions } from '../../service/app';
import { Problem } from '../../service/problem';
import { ManualClock } from '../support/memory/clock';
import { MemoryMessageLog } from '../support/memory/message-log';
import { MemoryMetrics } from '../support/memory/metrics';

const MESSAGES = '/v1/topics/news/messages';

function setUp(options: Partial<AppOptions> = {}) {
  const clock = new ManualClock();
  const log = new MemoryMessageLog(clock, 3600, () => 'id');
  const metrics = new MemoryMetrics();
  const app = createApp({
    authenticate: async () => ANYONE,
    rateLimits: unlimited,
    ...{ log, clock, metrics },
    newId: () => 'id',
    allowedOrigins: [],
    documentation: dirname(require.resolve('swagger-ui-dist/package.json')),
    logger: () => undefined,
    ...options,
  });
  const publish = (data: number) => log.append({ topic: 'news', id: `${data}`, data, publishedAt: '', subject: '' });
  /** Sends a request. @returns its status, and the metrics of the requests until now */
  const send = async (path: string, method = 'GET', body?: string) => {
    const { status } = await app.request(path, { method, body, headers: { 'content-type': 'application/json' } });
    metrics.write();
    return [status, metrics.written.splice(0)];
  };
  return { log, clock, publish, send };
}

test('a page of history counts as a gap of 0, or of 1 if it cannot continue after the position of the client', async () => {
  const { publish, send } = setUp();
  await publish(1);
  await publish(2);
  expect(await send(`${MESSAGES}?after=1`)).toEqual([200, [{ Gaps: 0 }]]);
  expect(await send(`${MESSAGES}?after=9`)).toEqual([200, [{ Gaps: 1 }]]);
});

test('a page from the beginning of a topic whose first messages are no longer kept is no gap', async () => {
  const { clock, publish, send } = setUp();
  await publish(1);
  await clock.wait(2 * 24 * 3600 * 1000);
  await publish(2);
  expect(await send(`${MESSAGES}?after=1`)).toEqual([200, [{ Gaps: 0 }]]);
  expect(await send(MESSAGES)).toEqual([200, []]);
});

test('a HEAD request, a publish and a health check count nothing', async () => {
  const { send } = setUp();
  expect(await send(`${MESSAGES}?after=9`, 'HEAD')).toEqual([200, []]);
  expect(await send(MESSAGES, 'POST', '{"data":1}')).toEqual([201, []]);
  expect(await send('/health')).toEqual([200, []]);
});

test.each<[string, number, Partial<AppOptions>]>([
  [
    'unauthorized',
    401,
    { authenticate: () => Promise.reject(new Problem('unauthorized', 'no', { 'WWW-Authenticate': 'Bearer' })) },
  ],
  ['forbidden', 403, { authenticate: async () => ({ ...ANYONE, scopes: [] }) }],
  ['rate_limited', 429, { rateLimits: { ...unlimited, spend: async () => ({ retryAfter: 1 }) } }],
  ['unavailable', 503, { rateLimits: { ...unlimited, spend: () => Promise.reject(new Unavailable()) } }],
  ['internal', 500, { rateLimits: { ...unlimited, spend: () => Promise.reject(new RangeError('no')) } }],
])('a request with the problem %s is counted as refused', async (Reason, status, options) => {
  expect(await setUp(options).send(MESSAGES)).toEqual([status, [{ Reason, Refused: 1 }]]);
});

test.each([
  ['not_found', 404, '/v2', 'GET', undefined],
  ['method_not_allowed', 405, MESSAGES, 'DELETE', undefined],
  ['invalid_topic', 400, '/v1/topics/%20/messages', 'GET', undefined],
  ['invalid_json', 400, MESSAGES, 'POST', '{'],
])(
  'a request with the problem %s is a mistake of its developer, and is not counted',
  async (_, status, path, method, body) => {
    expect(await setUp().send(path, method, body)).toEqual([status, []]);
  },
);
