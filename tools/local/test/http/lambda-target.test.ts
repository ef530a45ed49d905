import fc from 'fast-check';
import type { Outcome } from '../../functions/outcome';
import { balancer, closeAll, raw, send, until } from './balancer';

afterEach(closeAll);

const MULTI = { attributes: { 'lambda.multi_value_headers.enabled': 'true' } };

async function lambda(answer: unknown, options: { multi?: boolean; idle?: string } = {}) {
  const events: Record<string, unknown>[] = [];
  const alb = await balancer({
    group: { targetType: 'lambda', functionArn: 'fn', ...(options.multi && MULTI) },
    attributes: { 'idle_timeout.timeout_seconds': options.idle ?? '5' },
    invoke: async (name, event) => {
      expect(name).toBe('fn');
      events.push(event as Record<string, unknown>);
      return (typeof answer === 'function' ? answer() : { payload: answer }) as Outcome;
    },
  });
  return { alb, events };
}

const OK = { statusCode: 200, body: 'ok' };

test('a function receives the request as an event', async () => {
  const { alb, events } = await lambda(OK);
  await send(alb, { path: '/a%20b?x=1&y=%2F&x=2&flag', headers: { 'X-Case': 'One', Host: 'api.localhost' } });
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

test('an event has only arrays of values if multi-value headers are enabled', async () => {
  const { alb, events } = await lambda({ statusCode: 200 }, { multi: true });
  await send(alb, { path: '/?x=1&x=2', headers: { 'X-Two': ['a', 'b'] } });
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
])('an event has a body of type %s in base64: %s', async (type, base64) => {
  const { alb, events } = await lambda(OK);
  await send(alb, { method: 'POST', headers: { 'Content-Type': type }, body: 'grün' });
  expect(events[0]).toMatchObject({
    body: Buffer.from('grün').toString(base64 ? 'base64' : 'utf8'),
    isBase64Encoded: base64,
  });
});

test('an event has a body with a content encoding in base64, regardless of its type', async () => {
  const { alb, events } = await lambda(OK);
  await send(alb, { method: 'POST', headers: { 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' }, body: 'x' });
  expect(events[0]).toMatchObject({ body: 'eA==', isBase64Encoded: true });
});

test("the response has the function's result, except that hop-by-hop headers are ignored and the length is computed", async () => {
  const { alb } = await lambda({
    statusCode: 201,
    statusDescription: '201 Made',
    headers: { 'Content-Type': 'text/html', 'Content-Length': '99', Connection: 'close', 'Transfer-Encoding': 'gzip' },
    body: 'grün',
  });
  const { status, reason, headers, body } = await send(alb);
  expect({ status, reason, body }).toEqual({ status: 201, reason: 'Made', body: 'grün' });
  expect(headers).toMatchObject({ 'content-type': 'text/html', 'content-length': '5', server: 'awselb/2.0' });
  expect(headers).not.toHaveProperty('transfer-encoding');
});

test('a response can repeat a header if multi-value headers are enabled, and single-value headers are ignored', async () => {
  const multiValueHeaders = { 'Set-Cookie': ['a=1', 'b=2'] };
  const { alb } = await lambda({ statusCode: 200, multiValueHeaders, headers: { 'X-Single': 'x' } }, { multi: true });
  const { headers } = await send(alb);
  expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
  expect(headers).not.toHaveProperty('x-single');
});

test('a response body in base64 is decoded', async () => {
  const { alb } = await lambda(() => ({ payload: answer }));
  let answer: unknown;
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => {
      answer = { statusCode: 200, isBase64Encoded: true, body: Buffer.from(text).toString('base64') };
      expect((await send(alb)).body).toBe(Buffer.from(text).toString());
    }),
    { numRuns: 20 },
  );
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['a string', 'ok'],
  ['no status', { body: 'ok' }],
  ['an invalid status', { statusCode: 'ok' }],
  ['a body that is not a string', { statusCode: 200, body: { a: 1 } }],
  ['a header that is not a string', { statusCode: 200, headers: { a: { b: 1 } } }],
  ['a header that would inject another one', { statusCode: 200, headers: { a: 'b\r\nc: d' } }],
  ['more than 1 MB of JSON', { statusCode: 200, body: 'x'.repeat(1024 * 1024) }],
])('the load balancer returns 502 if the function returns %s', async (_, payload) => {
  const { alb } = await lambda(payload);
  expect((await send(alb)).status).toBe(502);
  expect(alb.log.at(-1)?.text).toMatch(/the function fn returned an invalid response: /);
});

test.each(['Unhandled', 'TimedOut', 'OutOfMemory', 'Throttled'])(
  'the load balancer returns 502 if the function fails with %s',
  async (error) => {
    const { alb } = await lambda(() => ({ error, message: 'boom', payload: {} }));
    const { status, body } = await send(alb);
    expect(status).toBe(502);
    expect(body).not.toContain('boom');
    expect(alb.log.at(-1)?.text).toContain(`(${error}): boom`);
  },
);

test('the load balancer returns 504 if the function takes longer than the idle timeout', async () => {
  const { alb } = await lambda(() => new Promise(() => undefined), { idle: '0.05' });
  expect((await send(alb)).status).toBe(504);
});

test('a running invocation can finish when the load balancer closes', async () => {
  let finish: (outcome: unknown) => void = () => undefined;
  const { alb, events } = await lambda(
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  const answer = send(alb);
  await until(() => events.length === 1);
  const closed = alb.close(true);
  finish({ payload: OK });
  expect((await answer).body).toBe('ok');
  await closed;
});

test('the load balancer returns 413 for a body of more than 1 MB, and does not invoke the function', async () => {
  const { alb, events } = await lambda(OK);
  const post = { method: 'POST', headers: { 'Content-Type': 'text/plain' } };
  expect((await send(alb, { ...post, body: Buffer.alloc(1024 * 1024, 'x') })).status).toBe(200);
  expect((await send(alb, { ...post, body: Buffer.alloc(1024 * 1024 + 1, 'x') })).status).toBe(413);
  expect(events.length).toBe(1);
});

test('the load balancer returns 400 for a WebSocket to a function', async () => {
  const { alb } = await lambda(OK);
  const upgrade = 'GET / HTTP/1.1\r\nHost: b\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
  expect(await raw(alb, upgrade)).toMatch(/^HTTP\/1.1 400 /);
});
