import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ALBEvent, ALBResult } from 'aws-lambda';
import { bundle } from '../../lib/functions/bundles';
import { documentation } from '../../lib/http-lane/documentation';
import { violationsOf } from '../lambda/embedded-format';
import { type EmbeddedDynamoDB, embeddedDynamoDB } from '../support/embedded/dynamodb';

/** Maximum size of a function's response to a load balancer, in bytes of its JSON. */
const RESPONSE_LIMIT = 1024 * 1024;

let dynamo: EmbeddedDynamoDB;
/** Path of the deployed bundle. */
const entry = join(bundle({ entry: 'service/lambda.handler.ts', include: documentation }), 'index.js');
let handler: (event: ALBEvent) => Promise<ALBResult>;
const environment = process.env;

beforeAll(async () => {
  dynamo = await embeddedDynamoDB('log');
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'embedded',
    AWS_SECRET_ACCESS_KEY: 'embedded',
    MESSAGE_LOG_TABLE: 'log',
    MESSAGE_RETENTION_SECONDS: '3600',
    HINT_QUEUE_URL: 'none',
    ALLOWED_ORIGINS: 'https://app.example.com',
    ADMISSION_TABLE: 'none',
    TOKEN_RULES: 'none',
    METRIC_LANE: 'lane',
  };
  ({ handler } = require(entry));
});

beforeEach(() => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(async () => {
  process.env = environment;
  await dynamo.close();
});

interface Sent {
  method?: string;
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
}

/** An event of an ALB: header names in lower case, the query not decoded, an empty body for a GET. */
function albEvent(sent: Sent, multiValue: boolean): ALBEvent {
  const headers = { host: 'api.example.com', 'x-forwarded-proto': 'https', ...sent.headers };
  const query = sent.query ?? {};
  const lists = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
  return {
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/a/b' } },
    httpMethod: sent.method ?? 'GET',
    path: sent.path,
    ...(multiValue
      ? { multiValueHeaders: lists(headers), multiValueQueryStringParameters: lists(query) }
      : { headers, queryStringParameters: query }),
    body: sent.body ?? '',
    isBase64Encoded: sent.isBase64Encoded ?? false,
  };
}

describe.each([
  ['on', true],
  ['off', false],
])('with multi-value headers %s', (name, multiValue) => {
  const send = async (sent: Sent) => {
    const result = await handler(albEvent(sent, multiValue));
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(RESPONSE_LIMIT);
    const header = (key: string) => (multiValue ? result.multiValueHeaders?.[key]?.[0] : result.headers?.[key]);
    return { ...result, header };
  };
  const path = `/v1/topics/function:${name}/messages`;
  const json = { 'content-type': 'application/json' };

  it('a message is published and read back', async () => {
    const published = await send({ method: 'POST', path, headers: json, body: '{"data":"naïve 🌍","id":"a"}' });
    expect([published.statusCode, published.header('location')]).toEqual([201, `${path}?after=0&limit=1`]);
    const history = await send({ path, query: { after: '0', limit: '1' } });
    expect(history.header('content-type')).toBe('application/json');
    expect(history.isBase64Encoded).toBe(false);
    expect(JSON.parse(history.body ?? '')).toMatchObject({ sequence: 1, messages: [{ data: 'naïve 🌍' }] });
  });

  it('the metrics of a request are written at its end', async () => {
    const write = jest.mocked(process.stdout.write);
    const embedded = () => write.mock.calls.map(([line]) => String(line)).filter((line) => line.includes('_aws'));
    await send({ path: path.replace('function', 'empty'), query: { after: '8' } });
    await send({ path: path.replace('function', 'empty'), query: { after: '9' } });
    await send({ method: 'POST', path, headers: json, body: '{' });
    expect(embedded().flatMap(violationsOf)).toEqual([]);
    expect(embedded().map((line) => JSON.parse(line))).toEqual([
      { _aws: expect.anything(), Lane: 'lane', Gaps: 1 },
      { _aws: expect.anything(), Lane: 'lane', Gaps: 1 },
    ]);
  });

  it('a base64 body is decoded', async () => {
    const body = Buffer.from('{"data":1}').toString('base64');
    const published = await send({
      method: 'POST',
      path: path.replace('function', 'base64'),
      headers: json,
      body,
      isBase64Encoded: true,
    });
    expect(published.statusCode).toBe(201);
  });

  it.each<[string, Sent]>([
    ['a host that is not a host', { path, headers: { host: 'a:99999' } }],
    ['a host with a path', { path, headers: { host: 'a/v1?b' } }],
    ['a character that a header can have only in UTF-8', { path, headers: { 'user-agent': '😀' } }],
    ['a GET request with a body', { path, body: '{}' }],
  ])('%s changes nothing', async (_, sent) => {
    expect((await send(sent)).statusCode).toBe(200);
  });

  it.each<[string, Sent]>([
    ['a header with a line break', { path, headers: { 'x-secret': 'secret\r\na: b' } }],
    ['a header with NUL', { path, headers: { 'x-secret': 'secret\0' } }],
    ['a header name with a space', { path, headers: { 'x secret': 'secret' } }],
    ['the method TRACE', { path, method: 'TRACE' }],
    ['a method with a space', { path, method: 'GET /secret' }],
    ['the path *', { path: '*', method: 'OPTIONS' }],
    ['a path that continues the host', { path: '@secret/v1' }],
  ])('%s gets problem details, and nothing of the request is logged', async (_, sent) => {
    const errors = ['error', 'warn', 'info', 'log'] as const;
    const printed = errors.map((level) => jest.spyOn(console, level).mockReturnValue());
    const refused = await send({ ...sent, query: { access_token: 'secret' } });
    expect([refused.statusCode, refused.header('content-type')]).toEqual([400, 'application/problem+json']);
    expect(JSON.parse(refused.body ?? '')).toMatchObject({ type: 'urn:twinlane:problem:invalid_request' });
    expect(printed.flatMap(({ mock }) => mock.calls)).toEqual([]);
    const lines = jest.mocked(process.stdout.write).mock.calls.map(([line]) => String(line));
    expect(lines.filter((line) => JSON.parse(line).event === 'unreadable_request')).toHaveLength(1);
    expect(lines.join()).not.toContain('secret');
  });

  it('a body in base64 that is none is refused as JSON that is none', async () => {
    const refused = await send({ method: 'POST', path, headers: json, body: '%%%', isBase64Encoded: true });
    expect([refused.statusCode, JSON.parse(refused.body ?? '')]).toMatchObject([
      400,
      { type: 'urn:twinlane:problem:invalid_json' },
    ]);
  });

  it('the declared length of a body does not matter', async () => {
    const headers = { ...json, 'content-length': '1', 'transfer-encoding': 'chunked' };
    const body = JSON.stringify({ data: 'x'.repeat(32 * 1024) });
    expect((await send({ method: 'POST', path, headers, body })).statusCode).toBe(413);
  });

  it('an invalid request gets problem details as text', async () => {
    const refused = await send({ path, query: { after: '-1' } });
    expect([refused.statusCode, refused.header('content-type')]).toEqual([400, 'application/problem+json']);
    expect(JSON.parse(refused.body ?? '')).toMatchObject({ type: 'urn:twinlane:problem:invalid_request' });
  });

  it('the script of the documentation page fits into the response limit', async () => {
    const script = await send({ path: '/docs/swagger-ui-bundle.js', headers: { 'accept-encoding': 'gzip, br' } });
    expect([script.statusCode, script.header('content-encoding')]).toEqual([200, 'gzip']);
    expect(script.isBase64Encoded).toBe(true);
    expect(gunzipSync(Buffer.from(script.body ?? '', 'base64')).toString()).toContain('SwaggerUIBundle');
  });

  it('a preflight is answered', async () => {
    const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'POST' };
    const allowed = await send({ method: 'OPTIONS', path, headers });
    expect([allowed.statusCode, allowed.header('access-control-max-age')]).toEqual([204, '7200']);
  });

  it('the largest page of history fits into the response limit', async () => {
    const escaped = '\\"'.repeat(31 * 256 - 1);
    for (let index = 0; index < 14; index++) {
      const sent = { method: 'POST', path: path.replace('function', 'large'), headers: json };
      expect(await send({ ...sent, body: `{"data":"${escaped}${escaped}"}` })).toMatchObject({ statusCode: 201 });
    }
    const page = JSON.parse((await send({ path: path.replace('function', 'large') })).body ?? '');
    expect(page).toMatchObject({ sequence: 14, recovered: true, messages: { length: 12 } });
  });
});
