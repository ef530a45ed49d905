import fc from 'fast-check';
import type { Outcome } from '../../functions/outcome';
import { ask, balancer, closeAll, raw, until } from './balancer';

afterEach(closeAll);

const MULTI = { attributes: { 'lambda.multi_value_headers.enabled': 'true' } };

async function lambda(answer: unknown, options: { multi?: boolean; idle?: string } = {}) {
  const events: Record<string, unknown>[] = [];
  const lane = await balancer({
    group: { targetType: 'lambda', functionName: 'fn', ...(options.multi && MULTI) },
    attributes: { 'idle_timeout.timeout_seconds': options.idle ?? '5' },
    invoke: async (name, event) => {
      expect(name).toBe('fn');
      events.push(event as Record<string, unknown>);
      return (typeof answer === 'function' ? answer() : { payload: answer }) as Outcome;
    },
  });
  return { lane, events };
}

const OK = { statusCode: 200, body: 'ok' };

test('a function gets the request as an event', async () => {
  const { lane, events } = await lambda(OK);
  await ask(lane, { path: '/a%20b?x=1&y=%2F&x=2&flag', headers: { 'X-Case': 'One', Host: 'api.localhost' } });
  expect(events).toEqual([
    {
      requestContext: { elb: { targetGroupArn: 'arn:group' } },
      httpMethod: 'GET',
      path: '/a%20b',
      queryStringParameters: { x: '2', y: '%2F', flag: '' },
      headers: {
        'x-case': 'One',
        host: 'api.localhost',
        connection: 'keep-alive',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[\da-f]{8}-[\da-f]{24}$/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
      },
      body: '',
      isBase64Encoded: false,
    },
  ]);
});

test('with multiple values on, the event has nothing but arrays of them', async () => {
  const { lane, events } = await lambda({ statusCode: 200 }, { multi: true });
  await ask(lane, { path: '/?x=1&x=2', headers: { 'X-Two': ['a', 'b'] } });
  expect(events[0]).toMatchObject({
    multiValueQueryStringParameters: { x: ['1', '2'] },
    multiValueHeaders: { 'x-two': ['a', 'b'] },
  });
  expect(events[0]).not.toHaveProperty('headers');
  expect(events[0]).not.toHaveProperty('queryStringParameters');
});

test.each([
  ['text/plain; charset=utf-8', false],
  ['application/json', false],
  ['application/javascript', false],
  ['application/xml;x=y', false],
  ['application/jsonlines', true],
  ['image/png', true],
])('a body of %s in base64: %s', async (type, base64) => {
  const { lane, events } = await lambda(OK);
  await ask(lane, { method: 'POST', headers: { 'Content-Type': type }, body: 'grün' });
  expect(events[0]).toMatchObject({
    body: Buffer.from('grün').toString(base64 ? 'base64' : 'utf8'),
    isBase64Encoded: base64,
  });
});

test('a body with a content encoding is base64, whatever its type', async () => {
  const { lane, events } = await lambda(OK);
  await ask(lane, { method: 'POST', headers: { 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' }, body: 'x' });
  expect(events[0]).toMatchObject({ body: 'eA==', isBase64Encoded: true });
});

test('the answer has what the function returned; hop-by-hop headers are ignored, the length is computed', async () => {
  const { lane } = await lambda({
    statusCode: 201,
    statusDescription: '201 Made',
    headers: { 'Content-Type': 'text/html', 'Content-Length': '99', Connection: 'close', 'Transfer-Encoding': 'gzip' },
    body: 'grün',
  });
  const { status, reason, headers, body } = await ask(lane);
  expect({ status, reason, body }).toEqual({ status: 201, reason: 'Made', body: 'grün' });
  expect(headers).toMatchObject({ 'content-type': 'text/html', 'content-length': '5', server: 'awselb/2.0' });
  expect(headers).not.toHaveProperty('transfer-encoding');
});

test('with multiple values on, a header may come twice, and single ones are ignored', async () => {
  const multiValueHeaders = { 'Set-Cookie': ['a=1', 'b=2'] };
  const { lane } = await lambda({ statusCode: 200, multiValueHeaders, headers: { 'X-Single': 'x' } }, { multi: true });
  const { headers } = await ask(lane);
  expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
  expect(headers).not.toHaveProperty('x-single');
});

test('any bytes come back from base64', async () => {
  const { lane } = await lambda(() => ({ payload: answer }));
  let answer: unknown;
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => {
      answer = { statusCode: 200, isBase64Encoded: true, body: Buffer.from(text).toString('base64') };
      expect((await ask(lane)).body).toBe(Buffer.from(text).toString());
    }),
    { numRuns: 20 },
  );
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['a string', 'ok'],
  ['no status', { body: 'ok' }],
  ['a status that is none', { statusCode: 'ok' }],
  ['a body that is no string', { statusCode: 200, body: { a: 1 } }],
  ['a header that is no string', { statusCode: 200, headers: { a: { b: 1 } } }],
  ['a header that would forge another', { statusCode: 200, headers: { a: 'b\r\nc: d' } }],
  ['more than 1 MB of JSON', { statusCode: 200, body: 'x'.repeat(1024 * 1024) }],
])('502 when it returns %s', async (_, payload) => {
  const { lane } = await lambda(payload);
  expect((await ask(lane)).status).toBe(502);
  expect(lane.log.at(-1)?.text).toMatch(/the function fn did not answer as it must: /);
});

test.each(['Unhandled', 'TimedOut', 'OutOfMemory', 'Throttled'])('502 when it fails by %s', async (error) => {
  const { lane } = await lambda(() => ({ error, message: 'boom', payload: {} }));
  const { status, body } = await ask(lane);
  expect(status).toBe(502);
  expect(body).not.toContain('boom');
  expect(lane.log.at(-1)?.text).toContain(`(${error}): boom`);
});

test('504 when it takes longer than the idle timeout', async () => {
  const { lane } = await lambda(() => new Promise(() => undefined), { idle: '0.05' });
  expect((await ask(lane)).status).toBe(504);
});

test('on close an invocation may finish', async () => {
  let finish: (outcome: unknown) => void = () => undefined;
  const { lane, events } = await lambda(
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  const answer = ask(lane);
  await until(() => events.length === 1);
  const closed = lane.close(true);
  finish({ payload: OK });
  expect((await answer).body).toBe('ok');
  await closed;
});

test('413 for a body of more than 1 MB, and the function is not asked', async () => {
  const { lane, events } = await lambda(OK);
  const post = { method: 'POST', headers: { 'Content-Type': 'text/plain' } };
  expect((await ask(lane, { ...post, body: Buffer.alloc(1024 * 1024, 'x') })).status).toBe(200);
  expect((await ask(lane, { ...post, body: Buffer.alloc(1024 * 1024 + 1, 'x') })).status).toBe(413);
  expect(events.length).toBe(1);
});

test('400 for a WebSocket', async () => {
  const { lane } = await lambda(OK);
  const upgrade = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
  expect(await raw(lane, upgrade)).toMatch(/^HTTP\/1.1 400 /);
});
