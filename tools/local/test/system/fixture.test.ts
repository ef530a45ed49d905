import { once } from 'node:events';
import { DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { WebSocket } from 'ws';
import { parcelApp } from '../fixture-app';
import type { Parcel } from '../fixture-handlers/parcel';
import { RunningApp } from '../running-app';

jest.setTimeout(20_000);

let app: RunningApp;
let sqs: SQSClient;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  app = await RunningApp.start(parcelApp());
  const credentials = { accessKeyId: 'developer', secretAccessKey: 'secret' };
  sqs = new SQSClient({ endpoint: app.awsEndpoint, region: 'eu-west-1', credentials });
});

afterEach(() => {
  for (const socket of sockets.splice(0)) {
    socket.terminate();
  }
});

afterAll(async () => {
  sqs.destroy();
  await app.stop();
});

describe('the rules of a listener on plain HTTP', () => {
  test('select a function by path, which uses the table and its index', async () => {
    await store({ id: 'a1', city: 'Oslo', status: 'sent' });
    await store({ id: 'a2', city: 'Oslo', status: 'sent' });
    await store({ id: 'a3', city: 'Rome', status: 'sent' });
    const found = await fetch(`${app.url('http')}/parcels?city=Oslo`);
    expect(((await found.json()) as Parcel[]).map(({ id }) => id).sort()).toEqual(['a1', 'a2']);
  });

  test('select a function by header', async () => {
    const response = await fetch(`${app.url('http')}/any/thing`, { headers: { 'x-client': 'app-7' } });
    expect([response.status, await response.text()]).toEqual([203, 'the app requests /any/thing']);
  });

  test('apply in order, so the first that matches is used', async () => {
    const response = await fetch(`${app.url('http')}/parcels?city=Nowhere`, { headers: { 'x-client': 'app-7' } });
    expect(await response.json()).toEqual([]);
  });

  test('leave other requests to the default action', async () => {
    const response = await fetch(`${app.url('http')}/any/thing`, { headers: { 'x-client': 'other' } });
    expect([response.status, await response.text()]).toEqual([404, 'No such place']);
  });
});

describe('a WebSocket API without a custom domain', () => {
  test('has its stage in the URL', () => {
    expect(app.url('websocket', 'Tracking')).toMatch(/\/v2$/);
  });

  test('selects a route by its own expression, and the function posts to the connection', async () => {
    const socket = await connected('Tracking');
    expect(await answerTo(socket, '{"type":"watch","action":"other"}')).toBe(
      'watching {"type":"watch","action":"other"}',
    );
  });

  test.each(['{"type":"other"}', 'no json'])('selects $default for %s and returns its answer', async (frame) => {
    expect(await answerTo(await connected('Tracking'), frame)).toBe(`$default ${frame}`);
  });
});

describe('a WebSocket API with an authorizer', () => {
  test('is under the path of its mapping', () => {
    expect(app.url('websocket', 'Desk')).toMatch(/\/clerks$/);
  });

  test.each([
    ['', 401],
    ['?ticket=unknown', 401],
    ['?ticket=banned', 403],
  ])('rejects the query %j with status %d', async (query, status) => {
    const socket = new WebSocket(`${app.url('websocket', 'Desk')}${query}`);
    sockets.push(socket.on('error', () => undefined));
    const [, response] = await once(socket, 'unexpected-response');
    response.resume();
    expect(response.statusCode).toBe(status);
  });

  test('passes the context from the authorizer to its functions', async () => {
    const socket = await connected('Desk', '?ticket=anna');
    const order = { kind: 'send', content: JSON.stringify({ id: 'b1', city: 'Bonn', status: 'sent' }) };
    expect(await answerTo(socket, JSON.stringify({ order }))).toBe('queued for anna');
  });

  test('answers Forbidden if no route is selected', async () => {
    const socket = await connected('Desk', '?ticket=anna');
    expect(await answerTo(socket, '{"order":{"kind":"other"}}')).toMatch(/^\{"message": "Forbidden"/);
  });
});

describe('events', () => {
  test('pass from a socket through a queue, a table and its stream to another queue', async () => {
    const socket = await connected('Desk', '?ticket=anna');
    const content = JSON.stringify({ id: 'c1', city: 'Bern', status: 'lost' });
    await answerTo(socket, JSON.stringify({ order: { kind: 'send', content } }));
    expect(await received('notices', 'INSERT c1')).toBe('INSERT c1');
  });

  test('reach a function once, and only if they match its filter', async () => {
    await store({ id: 'd1', city: 'Riga', status: 'sent' });
    await store({ id: 'd2', city: 'Riga', status: 'lost' });
    await store({ id: 'd3', city: 'Riga', status: 'lost' });
    await received('notices', 'INSERT d3');
    expect(notices.filter((notice) => notice.includes(' d')).sort()).toEqual(['INSERT d2', 'INSERT d3']);
  });

  test('report an item that the table deletes when it expires', async () => {
    await store({ id: 'e1', city: 'Lima', status: 'sent', expires: Math.floor(Date.now() / 1000) - 1 });
    expect(await received('notices', 'REMOVE e1')).toBe('REMOVE e1');
  });

  test('that fail twice move to the dead-letter queue without the rest of the batch', async () => {
    const socket = await connected('Desk', '?ticket=anna');
    for (const content of ['no parcel', JSON.stringify({ id: 'f1', city: 'Cork', status: 'lost' })]) {
      await answerTo(socket, JSON.stringify({ order: { kind: 'send', content } }));
    }
    await received('notices', 'INSERT f1');
    expect(await received('undeliverable', 'no parcel')).toBe('no parcel');
  });
});

async function store(parcel: Parcel): Promise<void> {
  const response = await fetch(`${app.url('http')}/parcels`, { method: 'PUT', body: JSON.stringify(parcel) });
  expect(await response.json()).toEqual(parcel);
}

async function connected(api: string, query = ''): Promise<WebSocket> {
  const socket = new WebSocket(`${app.url('websocket', api)}${query}`);
  sockets.push(socket);
  await once(socket, 'open');
  return socket;
}

async function answerTo(socket: WebSocket, text: string): Promise<string> {
  const answer = once(socket, 'message');
  socket.send(text);
  const [data] = await answer;
  return data.toString();
}

/** Messages that the tests have received from the queues, in any order. All tests share them. */
const notices: string[] = [];

/** Receives from a queue until this message has arrived. */
async function received(QueueName: string, wanted: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  while (!notices.includes(wanted)) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: 10 }),
    );
    for (const { Body = '', ReceiptHandle } of Messages) {
      notices.push(Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  return wanted;
}
