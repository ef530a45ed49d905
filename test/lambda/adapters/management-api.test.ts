import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { ManagementApi } from '../../../lambda/adapters/management-api';
import { type LoopbackServer, serveOnLoopback } from '../../support/embedded/http';

const environment = process.env;
let gateway: LoopbackServer;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let received: { method: string | undefined; url: string | undefined; body: string }[];

beforeEach(async () => {
  process.env = {
    ...environment,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'embedded',
    AWS_SECRET_ACCESS_KEY: 'embedded',
  };
  received = [];
  answer = (_, response) => response.writeHead(200).end();
  gateway = await serveOnLoopback(async (request, response) => {
    received.push({ method: request.method, url: request.url, body: await text(request) });
    answer(request, response);
  });
});
afterEach(async () => {
  process.env = environment;
  await gateway.close();
});

const open = () => new ManagementApi({ endpoint: gateway.endpoint });
const refuse = (status: number, type: string) => {
  answer = (_, response) =>
    response.writeHead(status, { 'x-amzn-ErrorType': type, 'content-type': 'application/json' }).end('{}');
};

it('the management API posts a text to a connection, with the id encoded in the path', async () => {
  expect(await open().post('BFHP/fC+CKlQ=', '{"type":"message"}')).toBe('sent');
  expect(received).toEqual([{ method: 'POST', url: '/@connections/BFHP%2FfC%2BCKlQ%3D', body: '{"type":"message"}' }]);
});

it('the management API keeps the path of its endpoint', async () => {
  await new ManagementApi({ endpoint: `${gateway.endpoint}/stage` }).post('a=', 'x');
  expect(received[0]?.url).toBe('/stage/@connections/a%3D');
});

it('the management API reuses its connection for several posts', async () => {
  const outbox = open();
  for (const id of ['a=', 'b=', 'c=']) {
    await outbox.post(id, 'x');
  }
  expect(gateway.connections()).toBe(1);
});

it('a post to a connection that no longer exists returns gone', async () => {
  refuse(410, 'GoneException');
  expect(await open().post('a=', 'x')).toBe('gone');
});

it.each([
  [429, 'LimitExceededException'],
  [500, 'InternalServerError'],
  [503, 'ServiceUnavailable'],
])('a post with the status %i returns busy, without a retry', async (status, type) => {
  refuse(status, type);
  expect(await open().post('a=', 'x')).toBe('busy');
  expect(received).toHaveLength(1);
});

it('a post returns busy if the response is not HTTP', async () => {
  answer = (request) => request.socket.end('SSH-2.0-OpenSSH\r\n\r\n');
  expect(await open().post('a=', 'x')).toBe('busy');
});

it('a post returns busy if the connection to the gateway breaks', async () => {
  answer = (request) => request.socket.destroy();
  expect(await open().post('a=', 'x')).toBe('busy');
});

it.each([
  [2999, 'sent'],
  [3000, 'busy'],
])('a post to which the gateway responds after %i ms returns %s', async (milliseconds, outcome) => {
  const arrival = new Promise<ServerResponse>((resolve) => {
    answer = (_, response) => resolve(response);
  });
  jest.useFakeTimers({ doNotFake: ['Date', 'nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] });
  try {
    const post = open().post('a=', 'x');
    const response = await arrival;
    jest.advanceTimersByTime(milliseconds);
    response.writeHead(200).end();
    expect(await post).toBe(outcome);
  } finally {
    jest.useRealTimers();
  }
});

it.each([429, 503])('a close with the status %i returns busy, so that the caller tries again', async (status) => {
  refuse(status, 'LimitExceededException');
  expect(await open().close('a=')).toBe('busy');
});

it('a post that gets a permanent error throws it', async () => {
  refuse(403, 'ForbiddenException');
  await expect(open().post('a=', 'x')).rejects.toThrow(expect.objectContaining({ name: 'ForbiddenException' }));
});
