import { dirname } from 'node:path';
import fc from 'fast-check';
import { unlimited } from '../../lambda/adapters/unlimited';
import type { Line } from '../../lambda/logger';
import { ANYONE } from '../../lambda/realtime/principal';
import { ERROR_CODES, Limit } from '../../client/protocol';
import { createApp } from '../../service/app';
import { ManualClock } from '../support/memory/clock';
import { MemoryMessageLog } from '../support/memory/message-log';
import { MemoryMetrics } from '../support/memory/metrics';

jest.setTimeout(60_000);

/** Number of inputs of this file; see test/lambda/realtime/parse-frame-fuzz. */
const RUNS = 20_000;

const ORIGIN = 'https://app.example.com';

const segment = fc.oneof(
  fc.constantFrom(
    'room:1',
    'a',
    '..',
    '%00',
    '%0d%0aSet-Cookie:a=b',
    '%zz',
    '%c0%80',
    '%2F',
    '__proto__',
    '~',
    '😀',
    '',
  ),
  fc.webSegment({ size: 'small' }),
);

const path = fc.oneof(
  { weight: 8, arbitrary: segment.map((topic) => `/v1/topics/${topic}/messages`) },
  { weight: 1, arbitrary: fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '/health',
      '/openapi.json',
      '/asyncapi.json',
      '/docs',
      '/docs/websocket',
      '/',
      '//',
      '/v1',
      '/v1/topics//messages',
    ),
  },
);

const query = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  {
    weight: 3,
    arbitrary: fc
      .array(
        fc.tuple(
          fc.oneof(
            fc.constantFrom('after', 'limit', '__proto__', 'ticket'),
            fc.string({ unit: 'binary', maxLength: 4 }),
          ),
          fc.oneof(
            fc.constantFrom('0', '1', '-1', '1e3', '9007199254740992', '00', '٣', '%0d%0a', '', ' 1'),
            fc.string({ unit: 'binary', maxLength: 4 }),
          ),
        ),
        { maxLength: 3 },
      )
      .map((pairs) => `?${new URLSearchParams(pairs)}`),
  },
  { weight: 1, arbitrary: fc.webQueryParameters().map((text) => `?${text}`) },
);

const body = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ data: fc.jsonValue({ maxDepth: 2 }), id: fc.constantFrom('a', 'b', '', 1, 'é') }, { requiredKeys: [] })
      .map((value) => JSON.stringify(value)),
  },
  { weight: 2, arbitrary: fc.json({ maxDepth: 2 }) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '{"data":1,"data":2}',
      '{"__proto__":{"polluted":1},"data":1}',
      '{"data":1,"extra\\r\\nSet-Cookie: a=b":1}',
      '{"data":"\\ud800"}',
      '{"data":1e400}',
      '{"data":[12345678901234567890,1e-400]}',
      '{"data":"\\u0000\\ufffe\uffff\x7f"}',
      `{"data":${'['.repeat(2000)}${']'.repeat(2000)}}`,
      `{"data":"${'x'.repeat(Limit.FRAME_BYTES)}"}`,
      '\ufeff{"data":1}',
    ),
  },
);

/** Every character that is valid in a header's value. HTTP parsers refuse all others. */
const value = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 30,
});

const headers = fc.record(
  {
    'content-type': fc.oneof(
      { weight: 6, arbitrary: fc.constant('application/json') },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'APPLICATION/JSON; charset=latin1',
          'text/plain',
          'application/json, text/html',
          'multipart/form-data; boundary=a',
          'application/x-www-form-urlencoded',
        ),
      },
      { weight: 1, arbitrary: value },
    ),
    'content-length': fc.oneof(fc.nat({ max: 99_999 }).map(String), value),
    origin: fc.oneof(fc.constantFrom(ORIGIN, 'null', `${ORIGIN}.evil.com`), value),
    authorization: fc.oneof(fc.constantFrom('Bearer', 'Bearer a.b.c', 'Basic YTpi'), value),
    cookie: value,
    'accept-encoding': fc.constantFrom('gzip', '*', 'identity;q=0', 'br'),
    'access-control-request-method': fc.oneof(fc.constantFrom('POST', 'DELETE'), value),
    'access-control-request-headers': value,
    'x-forwarded-for': value,
    'x-http-method-override': fc.constantFrom('DELETE', 'GET'),
  },
  { requiredKeys: [] },
);

const method = fc.oneof(
  { weight: 5, arbitrary: fc.constant('POST') },
  { weight: 3, arbitrary: fc.constant('GET') },
  { weight: 1, arbitrary: fc.constantFrom('PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'PROPFIND') },
);

test(`the service answers each of ${RUNS} random requests, or refuses it with problem details, and never fails`, async () => {
  const clock = new ManualClock();
  let ids = 0;
  const lines: Line[] = [];
  const app = createApp({
    authenticate: async () => ANYONE,
    rateLimits: unlimited,
    log: new MemoryMessageLog(clock, 3600, () => `epoch-${++ids}`),
    clock,
    newId: () => `id-${++ids}`,
    allowedOrigins: [ORIGIN],
    documentation: dirname(require.resolve('swagger-ui-dist/package.json')),
    logger: (line) => lines.push(line),
    metrics: new MemoryMetrics(),
  });
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(method, path, query, headers, body, async (method, path, query, headers, body) => {
      lines.length = 0;
      const sent = method === 'GET' || method === 'HEAD' ? undefined : body;
      const request = new Request(`http://api.example.com${path}${query}`, {
        method,
        headers,
        ...(sent !== undefined && { body: sent }),
      });
      const response = await app.fetch(request);
      statuses.add(response.status);
      expect(response.status).toBeLessThan(500);
      if (response.status >= 400) {
        expect(response.headers.get('content-type')).toBe('application/problem+json');
        expectProblem(method === 'HEAD' ? undefined : await response.json(), response.status);
      }
      for (const [name, text] of response.headers) {
        expect(`${name}: ${text}`).not.toMatch(/[\r\n\0]/);
      }
      expect(response.headers.get('access-control-allow-origin') ?? ORIGIN).toBe(ORIGIN);
      expect(JSON.stringify(lines)).not.toMatch(/Set-Cookie|Bearer|failed/);
      expect(Reflect.get({}, 'polluted')).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
  expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 204, 400, 404, 405, 409, 413, 415]));
});

// oxlint-disable-next-line typescript/no-explicit-any -- only the fields that are checked here matter
function expectProblem(problem: any, status: number): void {
  if (problem !== undefined) {
    expect(problem.status).toBe(status);
    expect(ERROR_CODES).toContain(problem.type.replace('urn:twinlane:problem:', ''));
  }
}
