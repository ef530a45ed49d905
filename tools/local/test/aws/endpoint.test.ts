import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { Access } from '../../aws/access';
import { Endpoint } from '../../aws/endpoint';
import { Failure } from '../../aws/failure';
import type { Call, Service } from '../../aws/service';
import type { LogLine } from '../../log-line';

const OWN_KEYS = 'AWS4-HMAC-SHA256 Credential=AKIAOWN/20260101/us-east-1/x/aws4_request, Signature=local';

let endpoint: Endpoint;
let logged: Omit<LogLine, 'time'>[];
const log = (line: Omit<LogLine, 'time'>) => logged.push(line);
beforeEach(() => {
  logged = [];
});
afterEach(() => endpoint.close());

async function open(service: Partial<Service>): Promise<void> {
  endpoint = await Endpoint.open({
    port: 0,
    pages: [{ answer: (_method, { pathname }) => (pathname === '/token' ? { status: 200, answer: {} } : undefined) }],
    services: {
      Service: { answer: async () => ({}), denied: (message) => new Failure('x#Denied', message), ...service },
    },
    access: new Access(
      { authorize: async (_role, action, resource) => ({ allowed: true, action, resource }) },
      log,
      '000000000000',
    ),
    log,
  });
}

function post(target: string, body = '{}', signal?: AbortSignal): Promise<Response> {
  const authorization = OWN_KEYS;
  const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0', authorization };
  return fetch(endpoint.url, { method: 'POST', headers, body, signal });
}

test('the endpoint notifies a waiting service when the client disconnects', async () => {
  const arrived = deferred<AbortSignal>();
  await open({
    async answer(_operation, _input, call: Call) {
      const gone = call.gone();
      arrived.resolve(gone);
      await once(gone, 'abort');
      return {};
    },
  });
  const client = new AbortController();
  const response = post('Service.Wait', '{}', client.signal);
  const gone = await arrived.promise;
  const aborted = once(gone, 'abort');
  client.abort();
  await expect(response).rejects.toMatchObject({ name: 'AbortError' });
  await aborted;
});

test('waiting requests get a response when the endpoint closes', async () => {
  const arrived = deferred<void>();
  const end = deferred<void>();
  await open({
    async answer() {
      arrived.resolve();
      await end.promise;
      return { waited: true };
    },
    endWaits: end.resolve,
  });
  const response = post('Service.Wait');
  await arrived.promise;
  const closing = endpoint.close();
  expect(await (await response).json()).toEqual({ waited: true });
  await closing;
  await open({});
});

test('an unexpected exception causes a response with status 500 and a log line', async () => {
  await open({
    answer() {
      throw new TypeError('unexpected');
    },
  });
  const response = await post('Service.Break');
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    __type: 'com.amazon.coral.service#InternalFailure',
    message: 'unexpected',
  });
  expect(logged).toEqual([{ process: 'aws', level: 'error', text: 'Break failed: unexpected' }]);
});

test.each([
  ['Service.Do', 'no JSON', 'com.amazon.coral.service#SerializationException', 'The body is not JSON'],
  ['Other.Do', '{}', 'com.amazon.coral.service#UnknownOperationException', 'Other does not run here'],
])('the endpoint rejects %s with the body %s', async (target, body, __type, message) => {
  await open({});
  const response = await post(target, body);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ __type, message });
});

/** Sends a request with any headers, including `Host`. */
async function send(path: string, headers: Record<string, string>) {
  const { port } = new URL(endpoint.url);
  const sent = request({ host: '127.0.0.1', port, path, method: path === '/' ? 'POST' : 'GET', headers }).end();
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, type: response.headers['content-type'], body: await text(response) };
}

describe.each([
  ['tokens', '/token'],
  ['tables', '/'],
])('a web page cannot use the %s of the endpoint', (_, path) => {
  const answered = jest.fn(async () => ({}));

  beforeEach(async () => {
    answered.mockClear();
    await open({ answer: answered });
  });

  test.each<[string, Record<string, string>]>([
    ['by the name of another site that resolves to this machine', { host: 'rebound.example.com' }],
    ['by a name that contains the one of this machine', { host: '127.0.0.1.example.com' }],
    ['by a name that ends like the one of this machine', { host: 'notlocalhost:80' }],
    ['from its origin', { host: '127.0.0.1', origin: 'https://evil.example.com' }],
    ['from a sandboxed frame', { host: '127.0.0.1', origin: 'null' }],
  ])('%s', async (_, headers) => {
    const { status } = await send(path, { 'x-amz-target': 'Service.Do', ...headers });
    expect([status, answered.mock.calls]).toEqual([403, []]);
  });

  test.each(['127.0.0.1', 'localhost:4512', 'aws.localhost', '[::1]:4512', '127.0.0.2'])(
    'but a program can, by the name %s',
    async (host) => {
      const { status, body } = await send(path, { 'x-amz-target': 'Service.Do', host, authorization: OWN_KEYS });
      expect([status, body]).toEqual([200, '{}']);
    },
  );

  test('and its own type of content is never in an answer', async () => {
    const { type } = await send(path, { 'x-amz-target': 'Service.Do', host: 'localhost', 'content-type': 'text/html' });
    expect(type).toBe(path === '/' ? 'application/x-amz-json-1.0' : 'application/json');
  });
});

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
