import { endpointOf, regionOf } from '../../../lambda/aws/endpoint';
import { JsonClient } from '../../../lambda/aws/json-client';
import { type Answer, type JsonService, jsonService } from '../../support/embedded/json-service';
import { ManualClock } from '../../support/memory/clock';

let service: JsonService;
let clock: ManualClock;
const environment = process.env;

beforeEach(async () => {
  service = await jsonService();
  clock = new ManualClock(Date.UTC(2026, 10, 22), () => 0.5);
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL_SQS: service.endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'first',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
  };
});
afterEach(async () => {
  process.env = environment;
  await service.close();
});

const open = () => new JsonClient({ service: 'sqs', target: 'AmazonSQS', timeout: 1000, clock });

it('the JSON client signs a call for its service and Region, and returns the result', async () => {
  service.answer({ result: { text: 'naïve 🌍' } });
  expect(await open().call('SendMessage', { MessageBody: 'naïve 🌍' })).toEqual({ text: 'naïve 🌍' });
  expect(service.calls).toEqual([
    {
      target: 'AmazonSQS.SendMessage',
      input: { MessageBody: 'naïve 🌍' },
      headers: expect.objectContaining({
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-date': '20261122T000000Z',
        'x-amz-security-token': 'token',
        authorization: expect.stringContaining('Credential=first/20261122/eu-west-1/sqs/aws4_request'),
      }),
    },
  ]);
});

it('the JSON client passes the trace of the current invocation on, without signing it', async () => {
  const client = open();
  const traces = ['Root=1-6731ebfc-08e1e656421db73c5d2eef31;Parent=53995c3f42cd8ad8;Sampled=1', 'Root=1-2-3;Sampled=0'];
  for (const trace of traces) {
    process.env._X_AMZN_TRACE_ID = trace;
    await client.call('SendMessage', {});
  }
  delete process.env._X_AMZN_TRACE_ID;
  await client.call('SendMessage', {});
  const received = service.calls.map(({ headers }) => headers);
  expect(received.map((headers) => headers['x-amzn-trace-id'])).toEqual([...traces, undefined]);
  // Each has the same body and the same second, so the signature does not depend on the trace.
  expect(new Set(received.map(({ authorization }) => authorization)).size).toBe(1);
  expect(String(received[0]?.authorization)).not.toContain('trace');
});

it('the JSON client signs every call with the current credentials', async () => {
  const client = open();
  await client.call('SendMessage', {});
  process.env.AWS_ACCESS_KEY_ID = 'second';
  await client.call('SendMessage', {});
  const keys = service.calls.map(({ headers }) => /Credential=(\w+)/.exec(String(headers.authorization))?.[1]);
  expect(keys).toEqual(['first', 'second']);
});

it('the JSON client throws with the names of missing variables if there are no credentials', async () => {
  process.env.AWS_SECRET_ACCESS_KEY = '';
  await expect(open().call('SendMessage', {})).rejects.toThrow(/AWS_SECRET_ACCESS_KEY must be set/);
});

const throttled: Answer = { status: 400, type: 'ThrottlingException' };

it('the JSON client makes up to three attempts, with jitter, after transient errors', async () => {
  service.answer(throttled, 'cut', { result: { a: 1 } });
  expect(await open().call('SendMessage', {})).toEqual({ a: 1 });
  expect(clock.waits).toEqual([50, 100]);
});

it('the JSON client throws the error of the third attempt', async () => {
  service.answer('cut', 'cut', throttled);
  await expect(open().call('SendMessage', {})).rejects.toMatchObject({ name: 'ThrottlingException', status: 400 });
  expect(service.calls).toHaveLength(3);
});

it('the JSON client makes one attempt if the error is permanent', async () => {
  service.answer({ status: 400, type: 'com.amazonaws.sqs#QueueDoesNotExist', members: { message: 'which?' } });
  await expect(open().call('SendMessage', {})).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
    message: 'which?',
    body: { message: 'which?' },
  });
  expect(service.calls).toHaveLength(1);
});

describe('the default endpoint', () => {
  it.each([
    [{ AWS_REGION: 'eu-west-1' }, 'https://dynamodb.eu-west-1.amazonaws.com/'],
    [{ AWS_REGION: 'us-gov-west-1' }, 'https://dynamodb.us-gov-west-1.amazonaws.com/'],
    [{ AWS_REGION: 'cn-north-1' }, 'https://dynamodb.cn-north-1.amazonaws.com.cn/'],
    [{ AWS_REGION: 'here', AWS_ENDPOINT_URL: 'http://localhost:1' }, 'http://localhost:1/'],
    [
      { AWS_REGION: 'here', AWS_ENDPOINT_URL: 'http://localhost:1', AWS_ENDPOINT_URL_DYNAMODB: 'http://localhost:2' },
      'http://localhost:2/',
    ],
    [
      { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_SQS: 'http://localhost:2' },
      'https://dynamodb.eu-west-1.amazonaws.com/',
    ],
  ])('of DynamoDB for the variables %j is %s', (variables, url) => {
    expect(endpointOf('dynamodb', variables).href).toBe(url);
  });

  it.each([
    ['cognito-idp', 'AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'],
    ['secretsmanager', 'AWS_ENDPOINT_URL_SECRETS_MANAGER'],
    ['sqs', 'AWS_ENDPOINT_URL_SQS'],
  ] as const)('of %s is that of the variable of the AWS SDKs, %s', (service, variable) => {
    const variables = { AWS_REGION: 'here', AWS_ENDPOINT_URL: 'http://localhost:1', [variable]: 'http://localhost:2' };
    expect(endpointOf(service, variables).href).toBe('http://localhost:2/');
  });

  it('requires a Region', () => {
    expect(() => regionOf({})).toThrow(/AWS_REGION must be set/);
  });
});
