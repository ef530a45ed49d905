import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { WebSocket, WebSocketServer } from 'ws';
import type { ConsoleApp } from '../../console/app';
import { Console } from '../../console/console';

const APP: ConsoleApp = {
  stacks: ['Shop'],
  picture: { columns: [], relations: [] },
  endpoints: [],
  pools: [],
  functions: [],
  stores: [],
  notEmulated: [],
};

let opened: Console;
let url: URL;
let app: ConsoleApp;

beforeEach(async () => {
  app = APP;
  opened = new Console({
    app: () => app,
    rows: async (arn) => (arn === 'arn:orders' ? { columns: ['id'], rows: [['1']], more: false } : undefined),
    token: async (pool, parameters) =>
      pool === 'Pool' ? { status: 200, body: JSON.stringify({ id_token: String(parameters) }) } : undefined,
  });
  url = new URL(await opened.open(0));
});

afterEach(() => opened.close());

/** Sends a request to 127.0.0.1, with the console's own Host unless the headers have another. */
async function request(path: string, headers: Record<string, string> = {}): Promise<{ status?: number; body: string }> {
  const [response] = await once(
    get({ host: '127.0.0.1', port: url.port, path, headers: { host: url.host, ...headers } }),
    'response',
  );
  return { status: (response as IncomingMessage).statusCode, body: await textOf(response) };
}

test('it serves its page', async () => {
  const { status, body } = await request('/');
  expect(status).toBe(200);
  expect(body).toContain('<title>Console of the local run</title>');
});

test.each(['/../console.ts', '/console.ts', '/%2e%2e/console.ts', '/favicon.ico'])(
  'it serves no other file: %s',
  async (path) => {
    expect((await request(path)).status).toBe(404);
  },
);

test('it answers the app, the rows of a store, and a token of a pool', async () => {
  expect(JSON.parse((await request('/app.json')).body)).toEqual(APP);
  expect(JSON.parse((await request('/data?id=arn:orders')).body).rows).toEqual([['1']]);
  expect(JSON.parse((await request('/token?pool=Pool&subject=alice')).body)).toEqual({ id_token: 'subject=alice' });
});

test('it answers 404 for an unknown store and an unknown pool', async () => {
  expect((await request('/data?id=arn:other')).status).toBe(404);
  expect((await request('/token?pool=Other')).status).toBe(404);
});

test.each([
  ['another site', { origin: 'https://evil.example' }],
  ['another port of this machine', { origin: 'http://localhost:1' }],
  ['a name that is not of this machine', { host: 'evil.example' }],
])('it refuses requests of %s', async (_, headers) => {
  expect((await request('/app.json', headers)).status).toBe(403);
});

test('it refuses a WebSocket of another site', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${url.port}/socket`, { origin: 'https://evil.example' });
  const [, response] = await once(socket, 'unexpected-response');
  expect(response.statusCode).toBe(403);
});

test('a page receives the events from before it opened, and each further one', async () => {
  const log = (text: string) =>
    opened.add({ event: 'log', time: '2030-01-01T00:00:00Z', process: 'aws', level: 'info', text });
  log('before');
  const [response] = await once(
    get({ host: '127.0.0.1', port: url.port, path: '/events', headers: { host: url.host } }),
    'response',
  );
  response.setEncoding('utf8');
  let received = '';
  const has = async (text: string) => {
    for await (const part of response.iterator({ destroyOnReturn: false })) {
      received += part;
      if (received.includes(text)) {
        return;
      }
    }
  };
  await has('before');
  log('after');
  await has('after');
  expect(received).toContain('event: log\ndata: {"event":"log"');
  response.destroy();
});

describe('its WebSocket client', () => {
  let endpoint: WebSocketServer;
  let page: WebSocket;
  const messages: unknown[] = [];
  const server = createServer();
  const seen: IncomingMessage[] = [];

  beforeAll(async () => {
    endpoint = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      seen.push(request);
      if (request.headers.authorization === 'no') {
        socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 26\r\n\r\n{"message":"Unauthorized"}');
        return;
      }
      endpoint.handleUpgrade(request, socket, head, (client) =>
        client.on('message', (frame) =>
          String(frame) === 'bye' ? client.close(4001, 'done') : client.send(`${frame}!`),
        ),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => void server.close());

  beforeEach(async () => {
    messages.length = 0;
    seen.length = 0;
    app = { ...APP, endpoints: [{ url: endpointUrl(), routes: [] }] };
    page = new WebSocket(`ws://127.0.0.1:${url.port}/socket`);
    page.on('message', (data) => messages.push(JSON.parse(String(data))));
    await once(page, 'open');
  });

  afterEach(() => page.terminate());

  function endpointUrl(): string {
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  function connect(to: string, headers = ''): void {
    page.send(JSON.stringify({ connect: to, headers, protocols: '' }));
  }

  test('it sends the headers of the form, and carries frames in both directions until either side closes', async () => {
    connect(`${endpointUrl()}/live?token=1`, 'Authorization: Bearer abc\nX-Client: console');
    await once(page, 'message');
    page.send(JSON.stringify({ frame: 'hello' }));
    await once(page, 'message');
    page.send(JSON.stringify({ frame: 'bye' }));
    await once(page, 'close');
    expect(messages).toEqual([
      { opened: { protocol: '' } },
      { frame: 'hello!' },
      { closed: { code: 4001, reason: 'done' } },
    ]);
    expect(seen[0]?.url).toBe('/live?token=1');
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer abc', 'x-client': 'console' });
  });

  test('it closes the connection when the page disconnects', async () => {
    connect(endpointUrl());
    await once(page, 'message');
    page.send(JSON.stringify({ disconnect: true }));
    await once(page, 'close');
    expect(messages.at(-1)).toEqual({ closed: { code: 1000, reason: '' } });
  });

  test('it shows status and body of a refusal, which a browser hides', async () => {
    connect(endpointUrl(), 'Authorization: no');
    await once(page, 'close');
    expect(messages).toEqual([{ refused: { status: 401, body: '{"message":"Unauthorized"}' } }]);
  });

  test.each([
    ['a URL outside the run', 'ws://127.0.0.1:1', '', 'ws://127.0.0.1:1 is not an endpoint of this run.'],
    ['text that is no URL', 'nonsense', '', 'Invalid URL'],
  ])('it refuses %s', async (_, to, headers, reason) => {
    connect(to, headers);
    await once(page, 'close');
    expect(messages).toEqual([{ failed: reason }]);
    expect(seen).toEqual([]);
  });

  test('it refuses a header line without a colon', async () => {
    connect(endpointUrl(), 'Authorization');
    await once(page, 'close');
    expect(messages).toEqual([{ failed: 'A header must be NAME: VALUE, got "Authorization".' }]);
  });

  test('a message that is not JSON ends only this client', async () => {
    page.send('{');
    await once(page, 'close');
    expect(messages).toEqual([{ failed: expect.stringContaining('JSON') }]);
    expect((await request('/app.json')).status).toBe(200);
  });

  test('the connection to the app closes with the page', async () => {
    connect(endpointUrl());
    await once(page, 'message');
    const [client] = endpoint.clients;
    page.terminate();
    await once(client as WebSocket, 'close');
    expect(endpoint.clients.size).toBe(0);
  });
});
