import { once } from 'node:events';
import { request } from 'node:http';
import { functionClient } from '../../functions/function-client';
import { FunctionServer } from '../../functions/function-server';

const WORKER = 'arn:aws:lambda:us-east-1:000000000000:function:worker';

let server: FunctionServer;
const invoke = jest.fn(async (functionArn: string, event: unknown) => ({ payload: [functionArn, event] }));

beforeEach(async () => {
  invoke.mockClear();
  server = await FunctionServer.open(0, { invoke });
});
afterEach(() => server.close());

test('a process invokes a function of another process by its ARN', async () => {
  expect(await functionClient(server.url)(WORKER, '{"a":1}')).toEqual({ payload: [WORKER, { a: 1 }] });
});

test('the client rejects with the error of a function that cannot be invoked', async () => {
  invoke.mockRejectedValueOnce(new Error('there is no function'));
  await expect(functionClient(server.url)(WORKER, '{}')).rejects.toThrow('there is no function');
});

test('the client waits until the other process listens again', async () => {
  const { port } = new URL(server.url);
  await server.close();
  const outcome = functionClient(`http://127.0.0.1:${port}`)(WORKER, '{}');
  server = await FunctionServer.open(Number(port), { invoke });
  expect(await outcome).toMatchObject({ payload: [WORKER, {}] });
});

test.each<[string, Record<string, string>]>([
  ['from its origin', { origin: 'https://evil.example.com' }],
  ['by a name of its own', { host: 'rebound.example.com' }],
])('a web page cannot invoke a function %s', async (_, headers) => {
  const sent = request(`${server.url}/${WORKER}`, { method: 'POST', headers }).end('{}');
  const [response] = await once(sent, 'response');
  response.resume();
  expect([response.statusCode, invoke.mock.calls]).toEqual([403, []]);
});
