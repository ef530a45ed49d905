import { dirname } from 'node:path';
import { unlimited } from '../../lambda/adapters/unlimited';
import type { Line } from '../../lambda/logger';
import { type MessageLog, Unavailable } from '../../lambda/realtime/ports';
import { ANYONE } from '../../lambda/realtime/principal';
import { INVALID_TOPIC, Limit } from '../../client/protocol';
import { createApp } from '../../service/app';
import { Problem } from '../../service/problem';
import type { Authenticate } from '../../service/tokens';
import { ManualClock } from '../support/memory/clock';
import { MemoryMessageLog } from '../support/memory/message-log';
import { MemoryMetrics } from '../support/memory/metrics';

const ORIGIN = 'https://app.example.com';
const MESSAGES = '/v1/topics/room:1/messages';
const JSON_TYPE = { 'content-type': 'application/json' };

function setUp(
  overrides: Partial<MessageLog> = {},
  authenticate: Authenticate = async () => ANYONE,
  webSocketUrl?: string,
) {
  const clock = new ManualClock();
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const log: MessageLog = Object.assign(new MemoryMessageLog(clock, 3600, newId), overrides);
  const lines: Line[] = [];
  const app = createApp({
    authenticate,
    rateLimits: unlimited,
    log,
    clock,
    newId,
    allowedOrigins: [ORIGIN, 'http://localhost:5173', 'capacitor://localhost'],
    documentation: dirname(require.resolve('swagger-ui-dist/package.json')),
    logger: (line) => lines.push(line),
    metrics: new MemoryMetrics(),
    webSocketUrl,
  });
  const post = (body: unknown, headers: Record<string, string> = JSON_TYPE, path = MESSAGES) =>
    app.request(path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { app, post, clock, lines };
}

async function expectProblem(response: Response, status: number, code: string) {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toEqual({
    type: `urn:twinlane:problem:${code}`,
    status,
    title: expect.stringMatching(/./),
    detail: expect.stringMatching(/./),
  });
}

describe('publishing', () => {
  it('responds with the position of the message and its URL', async () => {
    const { app, post } = setUp();
    await post({ data: 'earlier' });
    const response = await post({ data: { text: 'hello' }, id: 'order-42' });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      topic: 'room:1',
      id: 'order-42',
      epoch: expect.stringMatching(/./),
      sequence: 2,
      publishedAt: '2026-01-01T00:00:00.000Z',
    });
    const found = await app.request(response.headers.get('location') ?? '');
    expect(await found.json()).toMatchObject({ messages: [{ id: 'order-42', data: { text: 'hello' } }] });
  });

  it('generates an id if the request has none', async () => {
    const { post } = setUp();
    expect(await (await post({ data: null })).json()).toMatchObject({ id: expect.stringMatching(/^id-\d+$/) });
  });

  it('responds to a repeat with the same message', async () => {
    const { post, clock } = setUp();
    const first = await post({ data: 1, id: 'a' });
    clock.advance(5000);
    const again = await post({ data: 1, id: 'a' });
    expect(again.status).toBe(201);
    expect(await again.json()).toEqual(await first.json());
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
  });

  it('refuses an id that was used with other data', async () => {
    const { post } = setUp();
    await post({ data: 1, id: 'a' });
    await expectProblem(await post({ data: 2, id: 'a' }), 409, 'conflict');
  });

  it('refuses data above the limit, and accepts data at the limit', async () => {
    const { post } = setUp();
    const text = 'x'.repeat(Limit.DATA_BYTES - 2);
    expect((await post({ data: text })).status).toBe(201);
    await expectProblem(await post({ data: `${text}x` }), 413, 'too_large');
  });

  it('refuses a body larger than a frame, with or without a declared length', async () => {
    const { app, post } = setUp();
    const body = JSON.stringify({ data: 'x'.repeat(Limit.FRAME_BYTES) });
    await expectProblem(await post(body), 413, 'too_large');
    const stream = new Blob([body]).stream();
    const streamed = new Request(`http://localhost${MESSAGES}`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: stream,
      duplex: 'half',
    } as RequestInit);
    await expectProblem(await app.request(streamed), 413, 'too_large');
  });

  it('refuses data nested too deeply', async () => {
    const { post } = setUp();
    await expectProblem(await post(`{"data":${'['.repeat(9000)}${']'.repeat(9000)}}`), 413, 'too_large');
  });

  it.each<[string, string]>([
    ['an incomplete JSON text', '{'],
    ['empty', ''],
  ])('refuses a body that is %s', async (_, body) => {
    await expectProblem(await setUp().post(body), 400, 'invalid_json');
  });

  it.each<[string, string | Uint8Array]>([
    ['that is not UTF-8', Buffer.from('{"data":"\xff"}', 'latin1')],
    ['with a surrogate in UTF-8', Buffer.from('{"data":"\xed\xa0\x80"}', 'latin1')],
    ['that begins with a byte order mark', '\ufeff{"data":1}'],
  ])('refuses a body %s', async (_, body) => {
    const { app } = setUp();
    for (const type of ['application/json', 'Application/JSON; charset=latin1']) {
      const response = await app.request(MESSAGES, { method: 'POST', headers: { 'content-type': type }, body });
      await expectProblem(response, 400, 'invalid_json');
    }
  });

  it.each(['{"data":1e400}', '{"data":[12345678901234567890]}', '{"data":{"a":1e-400}}', '{"data":"\\ud800"}'])(
    'refuses %s, which readers would receive changed',
    async (body) => {
      await expectProblem(await setUp().post(body), 400, 'invalid_request');
    },
  );

  it.each(['"\\ufffe\uffff"', '"\\u0000\\u001f\u007f"', '"\\ud83d\\ude00"', '0.10000000000000001', '-1e-7'])(
    'keeps the data %s exactly',
    async (text) => {
      const { app, post } = setUp();
      await post(`{"data":${text}}`);
      expect(await (await app.request(MESSAGES)).json()).toMatchObject({ messages: [{ data: JSON.parse(text) }] });
    },
  );

  it.each<[string, unknown]>([
    ['without data', { id: 'a' }],
    ['with a mistyped key', { data: 1, ids: 'a' }],
    ['with a spoofed sequence', { data: 1, sequence: 7 }],
    ['with an id that has a space', { data: 1, id: 'a b' }],
    ['with an id that is too long', { data: 1, id: 'x'.repeat(65) }],
    ['that is a list', [1]],
    ['that is null', null],
  ])('refuses a body %s', async (_, body) => {
    await expectProblem(await setUp().post(body), 400, 'invalid_request');
  });

  it('names a mistyped key in the problem details', async () => {
    const response = await setUp().post({ data: 1, idd: 'a' });
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('"idd"') });
  });

  it('refuses another content type', async () => {
    const { post } = setUp();
    await expectProblem(await post({ data: 1 }, { 'content-type': 'text/plain' }), 415, 'unsupported_media_type');
    await expectProblem(await post({ data: 1 }, {}), 415, 'unsupported_media_type');
  });

  it.each(['a%2Fb', '%23', '..%2f', 'a%00', 'a..b', '%zz', 'x'.repeat(129), 'r%C3%B6om'])(
    'refuses the topic %s',
    async (topic) => {
      const { app, post } = setUp();
      const path = `/v1/topics/${topic}/messages`;
      await expectProblem(await post({ data: 1 }, JSON_TYPE, path), 400, 'invalid_topic');
      await expectProblem(await app.request(path), 400, 'invalid_topic');
    },
  );

  it('describes a wrong topic in one sentence, as the WebSocket lane does', async () => {
    const { app } = setUp();
    const response = await app.request('/v1/topics/a..b/messages');
    expect(await response.json()).toMatchObject({ detail: INVALID_TOPIC.message });
  });

  it('responds with Retry-After if the log is unavailable', async () => {
    const unavailable = async () => {
      throw new Unavailable(3);
    };
    const { app, post } = setUp({ append: unavailable, read: unavailable });
    for (const response of [await post({ data: 1 }), await app.request(MESSAGES)]) {
      expect(response.headers.get('retry-after')).toBe('3');
      await expectProblem(response, 503, 'unavailable');
    }
  });
});

describe('history', () => {
  it('returns the messages after a sequence, and the head', async () => {
    const { app, post } = setUp();
    for (const data of ['a', 'b', 'c']) {
      await post({ data });
    }
    const history = (await (await app.request(`${MESSAGES}?after=1&limit=1`)).json()) as { epoch: string };
    expect(history).toEqual({
      topic: 'room:1',
      epoch: expect.stringMatching(/./),
      sequence: 3,
      recovered: true,
      messages: [
        {
          epoch: history.epoch,
          sequence: 2,
          id: expect.any(String),
          data: 'b',
          publishedAt: '2026-01-01T00:00:00.000Z',
        },
      ],
    });
  });

  it('starts at the first message by default, and fills a page', async () => {
    const { app, post } = setUp();
    for (let count = 0; count <= Limit.PAGE_MESSAGES; count++) {
      await post({ data: count });
    }
    const { messages } = (await (await app.request(MESSAGES)).json()) as { messages: { sequence: number }[] };
    expect([messages.length, messages[0]?.sequence]).toEqual([Limit.PAGE_MESSAGES, 1]);
  });

  it('reads no message for a HEAD request, which gets the headers of a page', async () => {
    const read = jest.fn();
    const { app } = setUp({ read });
    const response = await app.request(MESSAGES, { method: 'HEAD' });
    const page = await setUp().app.request(MESSAGES);
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect([...response.headers]).toEqual([...page.headers]);
    expect(read).not.toHaveBeenCalled();
  });

  it('responds to a HEAD request with 503 if the log is unavailable', async () => {
    const { app } = setUp({ positions: () => Promise.reject(new Unavailable(3)) });
    const response = await app.request(MESSAGES, { method: 'HEAD' });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '3']);
  });

  it('reports recovered: false if messages are missing', async () => {
    const { app, post, clock } = setUp();
    await post({ data: 1 });
    clock.advance(3600_000);
    expect(await (await app.request(MESSAGES)).json()).toMatchObject({ recovered: false, sequence: 1, messages: [] });
    expect(await (await app.request(`${MESSAGES}?after=9`)).json()).toMatchObject({ recovered: false });
  });

  it.each([
    'after=-1',
    'after=9007199254740992',
    'after=1e3',
    'after=0x10',
    'after=%201',
    'after=',
    'after=1.5',
    'after=1&after=2',
    'limit=0',
    'limit=101',
    'afer=1',
  ])('refuses ?%s', async (query) => {
    await expectProblem(await setUp().app.request(`${MESSAGES}?${query}`), 400, 'invalid_request');
  });
});

describe('the service', () => {
  it('reports that it is healthy', async () => {
    const response = await setUp().app.request('/health');
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('does not log health checks', async () => {
    const { app, lines } = setUp();
    await app.request('/health');
    expect(lines).toEqual([]);
  });

  it('responds with 404 to an unknown path', async () => {
    await expectProblem(await setUp().app.request('/v1/topics'), 404, 'not_found');
  });

  it('lists the allowed methods if the method is not allowed', async () => {
    const response = await setUp().app.request(MESSAGES, { method: 'DELETE' });
    expect(response.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'POST']);
    await expectProblem(response, 405, 'method_not_allowed');
  });

  it('does not reveal or log the message of an internal error', async () => {
    const { app, lines } = setUp({
      read: async () => {
        throw new Error('the secret of room:1');
      },
    });
    const response = await app.request(MESSAGES);
    expect(await response.clone().text()).not.toContain('secret');
    await expectProblem(response, 500, 'internal');
    expect(lines[0]).toMatchObject({ event: 'failed', error: 'Error', stack: expect.stringContaining('at ') });
    expect(JSON.stringify(lines)).not.toContain('secret');
  });
});

describe('a request whose token cannot be verified', () => {
  const setUpWith = (error: Error) =>
    setUp({}, async () => {
      throw error;
    });

  it('gets a problem without Retry-After if the configuration must change, and the app logs no second error', async () => {
    const { app, lines } = setUpWith(new Problem('internal', 'The service is configured with an unusable issuer.'));
    const response = await app.request(MESSAGES);
    expect(response.headers.get('retry-after')).toBeNull();
    await expectProblem(response, 500, 'internal');
    expect(lines).toEqual([expect.objectContaining({ event: 'request', status: 500 })]);
  });

  it('gets a problem with Retry-After if a retry can succeed', async () => {
    const response = await setUpWith(new Unavailable(5)).app.request(MESSAGES);
    expect(response.headers.get('retry-after')).toBe('5');
    await expectProblem(response, 503, 'unavailable');
  });
});

describe('every response', () => {
  const failing = {
    read: async () => {
      throw new Error('failed');
    },
  };
  it.each<[number, string, RequestInit]>([
    [200, '/health', {}],
    [200, '/docs', {}],
    [404, '/nothing', {}],
    [405, MESSAGES, { method: 'DELETE' }],
    [415, MESSAGES, { method: 'POST', body: '{}' }],
    [413, MESSAGES, { method: 'POST', body: 'x'.repeat(Limit.FRAME_BYTES + 1) }],
    [500, MESSAGES, {}],
    [204, MESSAGES, { method: 'OPTIONS', headers: { origin: ORIGIN, 'access-control-request-method': 'POST' } }],
  ])('has Referrer-Policy no-referrer: %d for %s', async (status, path, init) => {
    const response = await setUp(failing).app.request(path, init);
    expect([response.status, response.headers.get('referrer-policy')]).toEqual([status, 'no-referrer']);
  });
});

test.each<[number, string, RequestInit]>([
  [200, MESSAGES, {}],
  [200, MESSAGES, { method: 'HEAD' }],
  [201, MESSAGES, { method: 'POST', body: '{"data":1}', headers: JSON_TYPE }],
  [400, `${MESSAGES}?after=-1`, {}],
  [404, '/v1/nothing', {}],
  [405, MESSAGES, { method: 'PUT' }],
])('no cache stores the response %d of %s', async (status, path, init) => {
  const response = await setUp().app.request(path, init);
  expect([response.status, response.headers.get('cache-control')]).toEqual([status, 'no-store']);
});

test('caches store the files of the documentation page', async () => {
  const response = await setUp().app.request('/docs');
  expect(response.headers.get('cache-control')).toBe('public, max-age=3600');
});

test.each([ORIGIN, 'http://localhost:5173', 'capacitor://localhost'])(
  'a preflight of the allowed origin %s is answered with this origin',
  async (origin) => {
    const headers = { origin, 'access-control-request-method': 'POST' };
    const response = await setUp().app.request(MESSAGES, { method: 'OPTIONS', headers });
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
  },
);

describe('a page that requests /health', () => {
  it('can read the response and its timing only if its origin is allowed', async () => {
    const { headers } = await setUp().app.request('/health', { headers: { origin: ORIGIN } });
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(headers.get('timing-allow-origin')).toBe(ORIGIN);
    const other = await setUp().app.request('/health', { headers: { origin: 'https://evil.example.com' } });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect(other.headers.get('timing-allow-origin')).toBeNull();
  });
});

describe('the request log', () => {
  it('has one line for each request, without anything that the client sent', async () => {
    const { app, post, lines } = setUp();
    await post({ data: 'private', id: 'secret-id' });
    await app.request('/nothing/private');
    expect(lines).toEqual([
      { event: 'request', method: 'POST', route: '/v1/topics/:topic/messages', status: 201, ms: 0 },
      { event: 'request', method: 'GET', route: '/*', status: 404, ms: 0 },
    ]);
  });
});

describe('a page of another origin', () => {
  const preflight = (origin: string) =>
    setUp().app.request(MESSAGES, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });
  const corsHeaders = (response: Response) =>
    Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-')));

  it('can read responses if its origin is allowed, and can cache the preflight for two hours', async () => {
    const response = await preflight(ORIGIN);
    expect(response.status).toBe(204);
    expect(corsHeaders(response)).toEqual({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET,POST,DELETE',
      'access-control-allow-headers': 'Authorization,Content-Type',
      'access-control-expose-headers': 'Location,Retry-After',
      'access-control-max-age': '7200',
    });
    expect(response.headers.get('vary')).toContain('Origin');
  });

  it('can also read error responses', async () => {
    const response = await setUp().app.request(`${MESSAGES}?after=x`, { headers: { origin: ORIGIN } });
    expect(response.status).toBe(400);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });

  it.each([
    'null',
    'https://app.example.com.evil.com',
    'http://app.example.com',
    'https://other.example.com',
    'https://APP.example.com',
    'https://app.example.com:8443',
    'https://app.example.com/',
  ])('gets no CORS headers if its origin is %s', async (origin) => {
    const response = await preflight(origin);
    expect(corsHeaders(response)).toEqual({});
    expect(response.headers.get('vary')).toContain('Origin');
    const simple = await setUp().app.request(MESSAGES, { headers: { origin } });
    expect(corsHeaders(simple)).toEqual({});
  });
});

describe('the documentation', () => {
  it('has no inline scripts or styles, and the service has every file that it names', async () => {
    const { app } = setUp();
    const response = await app.request('/docs');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await response.text();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?:/);
    const named = [...html.matchAll(/(?:src|<link[^>]* href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(named).toHaveLength(3);
    for (const path of named) {
      const asset = await app.request(path);
      expect([path, asset.status, asset.headers.get('content-type')]).toEqual([
        path,
        200,
        path.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
      ]);
    }
  });

  it('describes each operation with an id, its success and its refusals, at the host of the description', async () => {
    const document = (await (await setUp().app.request('/openapi.json')).json()) as {
      servers: { url: string }[];
      paths: Record<string, Record<string, { operationId?: string; description?: string; responses: object }>>;
    };
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(operations.map(({ operationId }) => operationId)).toEqual(['publishMessage', 'readMessages']);
    for (const { responses } of operations) {
      expect(Object.keys(responses)).toEqual([expect.stringMatching(/^20\d$/), '4XX', '5XX']);
    }
    expect(document.servers).toEqual([expect.objectContaining({ url: '/' })]);
  });

  it('describes the WebSocket lane in a page of its frames, error codes, close codes and limits', async () => {
    const { app } = setUp();
    const page = await app.request('/docs/websocket');
    expect(page.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    const text = await page.text();
    for (const part of [
      'A subscribe frame with topics',
      'messages frame',
      'connection_limit',
      '1009',
      '31744 bytes',
      '&quot;room:1&quot;',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/<script|<style|undefined|\[object/);
    expect((await app.request('/docs/websocket.css')).headers.get('content-type')).toMatch('text/css');
  });

  it.each(['wss://ws.example.com', 'wss://app.example.com/socket'])(
    'names the URL %s of the WebSocket lane in the page of its frames',
    async (url) => {
      const { app } = setUp({}, undefined, url);
      expect(await (await app.request('/docs/websocket')).text()).toContain(`<code>${url}</code>`);
    },
  );

  it('describes every route of the API', async () => {
    const document = (await (await setUp().app.request('/openapi.json')).json()) as {
      paths: Record<string, Record<string, { responses: object }>>;
    };
    const routes = Object.entries(document.paths).map(([path, methods]) => [path, Object.keys(methods)]);
    expect(routes).toEqual([['/v1/topics/{topic}/messages', ['post', 'get']]]);
    const { post } = document.paths['/v1/topics/{topic}/messages'] ?? {};
    expect(post?.responses).toMatchObject({ '4XX': { content: { 'application/problem+json': {} } } });
  });
});
