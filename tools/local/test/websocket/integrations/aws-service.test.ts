import { text } from 'node:stream/consumers';
import type { AwsTarget } from '../../../blueprint';
import { callerOf } from '../../../identity/credentials';
import { callService } from '../../../websocket/integrations/aws-service';
import { type LoopbackServer, serveOnLoopback } from '../../loopback-server';

const ROLE = 'arn:aws:iam::123456789012:role/Gateway';
const region = 'eu-central-1';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

let server: LoopbackServer;
let received: Received[] = [];
let silent = false;

beforeEach(async () => {
  received = [];
  silent = false;
  server = await serveOnLoopback(async (request, response) => {
    const { method = '', url = '', headers } = request;
    received.push({ method, url, headers, body: await text(request) });
    if (!silent) {
      response.writeHead(400, { 'X-Id': '7' }).end('{"__type":"Denied"}');
    }
  });
});
afterEach(() => server.close());

async function called(
  target: AwsTarget,
  request: { body?: string; headers?: Record<string, string>; query?: Record<string, string> } = {},
  role: string | undefined = ROLE,
): Promise<Received> {
  const whole = { body: '', isMapped: true, headers: {}, query: {}, ...request };
  await callService(server.endpoint, target, role, whole, 5000);
  const [only] = received;
  if (!only) throw new Error('nothing was received');
  return only;
}

test("an action of DynamoDB is called in its JSON protocol, with the role's credentials for the service", async () => {
  const { method, url, headers, body } = await called(
    { service: 'dynamodb', region, action: 'PutItem' },
    { body: '{"a":1}' },
  );
  expect([method, url, body]).toEqual(['POST', '/', '{"a":1}']);
  expect(headers['x-amz-target']).toBe('DynamoDB_20120810.PutItem');
  expect(headers['content-type']).toBe('application/x-amz-json-1.0');
  expect(callerOf(String(headers.authorization))).toEqual({ kind: 'role', roleArn: ROLE });
  expect(headers.authorization).toMatch(/\/\d{8}\/eu-central-1\/dynamodb\/aws4_request/);
});

test('an action of another service is called in the query protocol, with the parameters in query and form', async () => {
  const { url, headers, body } = await called(
    { service: 'sns', region, action: 'Publish' },
    {
      body: 'Message=hi',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      query: { TopicArn: 'arn:aws:sns:r:1:t' },
    },
  );
  expect(Object.fromEntries(new URL(url, server.endpoint).searchParams)).toEqual({
    Action: 'Publish',
    TopicArn: 'arn:aws:sns:r:1:t',
  });
  expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(body).toBe('Message=hi');
});

test('an action with X-Amz-Target in its request parameters is called in the JSON protocol of that target', async () => {
  const { headers, body } = await called(
    { service: 'events', region, action: 'PutEvents' },
    { body: '{}', headers: { 'X-Amz-Target': 'AWSEvents.PutEvents', 'Content-Type': 'application/x-amz-json-1.1' } },
  );
  expect([headers['x-amz-target'], headers['content-type'], body]).toEqual([
    'AWSEvents.PutEvents',
    'application/x-amz-json-1.1',
    '{}',
  ]);
});

test('a path is requested as it is', async () => {
  const { url } = await called({ service: 'sqs', region, path: '123456789012/orders' }, { body: 'Action=SendMessage' });
  expect(url).toBe('/123456789012/orders');
});

test('the path of the service itself is the root', async () => {
  expect((await called({ service: 'sns', region, path: '/' })).url).toBe('/');
});

test('a request without a Content-Type in its parameters is JSON', async () => {
  expect((await called({ service: 'sqs', region, path: '' })).headers['content-type']).toBe('application/json');
});

test('a request without a role is not signed', async () => {
  const target = { service: 'sqs', region, path: '' };
  const whole = { body: '', isMapped: true, headers: {}, query: {} };
  await callService(server.endpoint, target, undefined, whole, 5000);
  expect(received[0]?.headers.authorization).toBeUndefined();
});

test('the answer of the service has its status, headers and body', async () => {
  const whole = { body: '', isMapped: true, headers: {}, query: {} };
  expect(await callService(server.endpoint, { service: 'sqs', region, path: '' }, ROLE, whole, 5000)).toMatchObject({
    statusCode: 400,
    headers: { 'x-id': '7' },
    body: '{"__type":"Denied"}',
  });
});

test('a service that does not answer in time is a failure', async () => {
  silent = true;
  const whole = { body: '', isMapped: true, headers: {}, query: {} };
  const call = callService(server.endpoint, { service: 'sqs', region, path: '' }, ROLE, whole, 50);
  await expect(call).rejects.toThrow('the service did not answer within 50 ms');
});
