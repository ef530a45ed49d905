import { createHash, randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { DynamoDBRecord, SQSRecord, StreamRecord } from 'aws-lambda';
import { Failure } from '@twinlane/local';
import { AdmissionTable } from '../../lambda/adapters/admission-table';
import { systemClock } from '../../lambda/system-clock';
import { Table } from '../../lambda/adapters/table';
import type * as Connect from '../../lambda/connect.handler';
import type * as Deliver from '../../lambda/deliver.handler';
import type * as Disconnect from '../../lambda/disconnect.handler';
import type * as Dispatch from '../../lambda/dispatch.handler';
import type * as MessageHandler from '../../lambda/message.handler';
import type { Principal } from '../../lambda/realtime/principal';
import { ticketFor } from '../../lambda/realtime/tickets';
import type * as Revoke from '../../lambda/revoke.handler';
import { type EmbeddedDynamoDB, embeddedDynamoDB } from '../support/embedded/dynamodb';
import { type LoopbackServer, serveOnLoopback } from '../support/embedded/http';
import { type EmbeddedQueue, embeddedQueue } from '../support/embedded/queue';
import { connectEvent, disconnectEvent, messageEvent } from './websocket-events';

const ORIGIN = 'https://app.example.com';
const environment = process.env;

let dynamo: EmbeddedDynamoDB;
let queue: EmbeddedQueue;
let gateway: LoopbackServer;
let connect: typeof Connect.handler;
let disconnect: typeof Disconnect.handler;
let message: typeof MessageHandler.handler;
let dispatch: typeof Dispatch.handler;
let deliver: typeof Deliver.handler;
let revoke: typeof Revoke.handler;
/** The same functions, where clients are authenticated. */
let closed: { connect: typeof Connect.handler; message: typeof MessageHandler.handler };

/** What the gateway answers to posts, by connection; 200 if not said. */
const statuses = new Map<string, number>();
const posts: { id: string; frame: unknown }[] = [];
/** Connections that were closed through the gateway. */
const deleted: string[] = [];
let logged: string[];

beforeAll(async () => {
  dynamo = await embeddedDynamoDB('log', 'connections', 'admission');
  queue = await embeddedQueue();
  gateway = await serveOnLoopback(async (request, response) => {
    const id = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
    const body = await text(request);
    const status = statuses.get(id) ?? 200;
    if (request.method === 'DELETE') {
      deleted.push(id);
      response.writeHead(status === 200 ? 204 : status).end();
      return;
    }
    const frame = JSON.parse(body);
    if (status === 200) {
      posts.push({ id, frame });
    }
    response.writeHead(status).end();
  });
  process.env = {
    ...environment,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'embedded',
    AWS_SECRET_ACCESS_KEY: 'embedded',
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_SQS: queue.endpoint,
    MESSAGE_LOG_TABLE: 'log',
    MESSAGE_RETENTION_SECONDS: '3600',
    CONNECTION_TABLE: 'connections',
    ADMISSION_TABLE: 'none',
    CONNECTIONS_PER_SUBJECT: '2',
    FRAME_ALLOWANCE: '50/200',
    SUBJECT_ALLOWANCE: '100/200',
    ORIGIN_SECRET: 'none',
    ALLOWED_ORIGINS: `${ORIGIN},http://localhost:5173`,
    MANAGEMENT_ENDPOINT: gateway.endpoint,
    DELIVERY_QUEUE_URL: `${queue.endpoint}/queue`,
  };
  // Loaded only now: the handlers read their environment when they load.
  ({ handler: connect } = require('../../lambda/connect.handler'));
  ({ handler: disconnect } = require('../../lambda/disconnect.handler'));
  ({ handler: message } = require('../../lambda/message.handler'));
  ({ handler: dispatch } = require('../../lambda/dispatch.handler'));
  ({ handler: deliver } = require('../../lambda/deliver.handler'));
  ({ handler: revoke } = require('../../lambda/revoke.handler'));
  Object.assign(process.env, { ADMISSION_TABLE: 'admission', FRAME_ALLOWANCE: '1/10', SUBJECT_ALLOWANCE: '1/3' });
  jest.isolateModules(() => {
    closed = {
      connect: require('../../lambda/connect.handler').handler,
      message: require('../../lambda/message.handler').handler,
    };
  });
});

beforeEach(() => {
  statuses.clear();
  posts.length = 0;
  deleted.length = 0;
  queue.batches.length = 0;
  logged = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    logged.push(String(line));
    return true;
  });
});

afterEach(() => jest.restoreAllMocks());

afterAll(async () => {
  process.env = environment;
  await gateway.close();
  await queue.close();
  await dynamo.close();
});

let names = 0;
const newName = (kind: string) => `${kind}${names++}`;
const newId = () => `${newName('Connection')}=`;

async function send(id: string, frame: unknown) {
  const { statusCode, body } = await message(
    messageEvent(id, typeof frame === 'string' ? frame : JSON.stringify(frame)),
  );
  expect(statusCode).toBe(200);
  return JSON.parse(body ?? '') as Record<string, unknown>;
}

async function connected(): Promise<string> {
  const id = newId();
  await connect(connectEvent(id));
  return id;
}

async function subscribed(topic: string): Promise<string> {
  const id = newId();
  await connect(connectEvent(id));
  expect(await send(id, { action: 'subscribe', topic })).toMatchObject({ type: 'subscribed' });
  return id;
}

/** What the stream of the log brings of a topic, through the filter of the event source. */
async function streamOf(topic: string): Promise<DynamoDBRecord[]> {
  const { Items } = await dynamo.client.call<{ Items: StreamRecord['NewImage'][] }>('Query', {
    TableName: 'log',
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :message)',
    ExpressionAttributeValues: { ':pk': { S: `TOPIC#${topic}` }, ':message': { S: 'MESSAGE#' } },
  });
  return Items.map(
    (NewImage, index) =>
      ({ eventName: 'INSERT', dynamodb: { NewImage, SequenceNumber: `${index + 1}00` } }) as DynamoDBRecord,
  );
}

const sqsRecord = (body: string, index: number) => ({ messageId: `sqs-${index}`, body }) as SQSRecord;
const person = (id: string) => ({ id, connectedAt: 0 });
const messages = [{ topic: 't', epoch: 'e', sequence: 1, id: 'm', data: 1, publishedAt: '2026-01-01T00:00:00.000Z' }];
const named = (id: string) => JSON.stringify({ messages, to: { connections: [person(id)] } });
const fullTime = { getRemainingTimeInMillis: () => 30_000 };

describe('$connect', () => {
  it('admits a page of an allowed origin, and chooses the protocol it offers', async () => {
    const headers = { Origin: ORIGIN, 'Sec-WebSocket-Protocol': 'other, twinlane.v1' };
    expect(await connect(connectEvent(newId(), headers))).toEqual({
      statusCode: 200,
      headers: { 'Sec-WebSocket-Protocol': 'twinlane.v1' },
    });
  });

  it('chooses no protocol if none is offered', async () => {
    expect(await connect(connectEvent(newId(), { origin: ORIGIN }))).toEqual({ statusCode: 200, headers: undefined });
  });

  it('refuses a page of another origin, however the header is spelled, and keeps nothing of it', async () => {
    for (const name of ['Origin', 'origin', 'ORIGIN']) {
      const id = newId();
      expect(await connect(connectEvent(id, { [name]: 'https://evil.com' }))).toEqual({ statusCode: 403 });
      expect(await send(id, { action: 'subscribe', topic: 'a' })).toMatchObject({ code: 'not_connected' });
    }
    expect(logged.join('')).not.toContain('evil');
  });

  it('refuses who did not come through the distribution, where there is one', async () => {
    const guarded = jest.replaceProperty(process.env, 'ORIGIN_SECRET', 'only-the-distribution-knows');
    const open = jest.replaceProperty(process.env, 'ADMISSION_TABLE', 'none');
    const handlers: { connect?: typeof Connect.handler } = {};
    jest.isolateModules(() => {
      handlers.connect = require('../../lambda/connect.handler').handler;
    });
    guarded.restore();
    open.restore();
    const statusFor = async (headers: Record<string, string>) =>
      (await handlers.connect?.(connectEvent(newId(), { Origin: ORIGIN, ...headers })))?.statusCode;
    expect(await statusFor({})).toBe(403);
    expect(await statusFor({ 'X-Origin-Secret': 'none' })).toBe(403);
    expect(await statusFor({ 'X-Origin-Secret': 'only-the-distribution-knows' })).toBe(200);
    expect(logged.join('')).not.toContain('only-the-distribution-knows');
  });
});

describe('$default', () => {
  it.each<[string, string, string]>([
    ['an empty frame', '', 'invalid_json'],
    ['no JSON', 'secret{', 'invalid_json'],
    ['a list', '[]', 'invalid_frame'],
    ['an unknown action', '{"action":"$connect"}', 'unknown_action'],
    ['a mistyped key', '{"action":"ping","topik":1}', 'invalid_frame'],
    ['a topic that is none', '{"action":"subscribe","topic":"a/b"}', 'invalid_topic'],
  ])('answers %s with an error frame', async (_, body, code) => {
    expect(await send(await connected(), body)).toEqual({ type: 'error', code, message: expect.any(String) });
  });

  it('answers a binary message with an error frame', async () => {
    const { body } = await message(
      messageEvent(await connected(), Buffer.from('{"action":"ping"}').toString('base64'), true),
    );
    expect(JSON.parse(body ?? '')).toMatchObject({ type: 'error', code: 'invalid_json' });
  });

  it('answers a ping', async () => {
    expect(await send(await connected(), { action: 'ping', topics: ['a'], ref: 'r' })).toEqual({
      type: 'pong',
      positions: { a: { epoch: '', sequence: 0 } },
      ref: 'r',
    });
  });

  it('answers a failure with an error frame, and logs neither its text nor the frame', async () => {
    const id = await connected();
    dynamo.interrupt({ answer: new Failure('x#AccessDeniedException', 'arn:secret'), done: false });
    const frame = await send(id, { action: 'publish', topic: newName('topic'), data: 'private', ref: 'r' });
    expect(frame).toEqual({ type: 'error', code: 'internal', message: expect.any(String), ref: 'r' });
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({
      event: 'failed',
      action: 'publish',
      error: 'AccessDeniedException',
    });
    expect(logged.join('') + JSON.stringify(frame)).not.toMatch(/secret|private/);
  });
});

describe('$disconnect', () => {
  it('ends the subscriptions', async () => {
    const topic = newName('topic');
    const id = await subscribed(topic);
    expect(await disconnect(disconnectEvent(id))).toEqual({ statusCode: 200 });
    await send(await connected(), { action: 'publish', topic, data: 1 });
    await dispatch({ Records: await streamOf(topic) });
    await deliver({ Records: queue.batches.flat().map(sqsRecord) }, fullTime);
    expect(posts).toEqual([]);
  });
});

describe('from publish to delivery', () => {
  it('brings a message to every subscriber, and to nobody else', async () => {
    const topic = newName('topic');
    const [one, other] = [await subscribed(topic), await subscribed(topic)];
    await subscribed(newName('topic'));
    const published = await send(one, { action: 'publish', topic, data: { text: 'naïve 🌍' } });

    expect(await dispatch({ Records: await streamOf(topic) })).toEqual({ batchItemFailures: [] });
    expect(await deliver({ Records: queue.batches.flat().map(sqsRecord) }, fullTime)).toEqual({
      batchItemFailures: [],
    });

    const { type: _, ...position } = published;
    const frame = { type: 'message', ...position, data: { text: 'naïve 🌍' } };
    const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
    expect([...posts].sort(byId)).toEqual(
      [
        { id: one, frame },
        { id: other, frame },
      ].sort(byId),
    );
    expect(logged.join('')).not.toMatch(/naïve|Connection/);
  });

  it('is no work where nobody ever subscribed', async () => {
    const topic = newName('topic');
    await send(newId(), { action: 'publish', topic, data: 1 });
    expect(await dispatch({ Records: await streamOf(topic) })).toEqual({ batchItemFailures: [] });
    expect(queue.batches).toEqual([]);
  });

  it('stops at the first message the queue refuses, so that it and the later ones come again', async () => {
    const topic = newName('topic');
    const id = await subscribed(topic);
    for (const data of [1, 2, 3]) {
      await send(id, { action: 'publish', topic, data });
    }
    const [first, second, third] = await streamOf(topic);
    await dispatch({ Records: [first].flatMap((record) => record ?? []) });
    queue.refuse(0);
    expect(await dispatch({ Records: [second, third].flatMap((record) => record ?? []) })).toEqual({
      batchItemFailures: [{ itemIdentifier: '200' }],
    });
    expect(logged.map((line) => JSON.parse(line))).toEqual([{ event: 'dispatch_failed', reason: 'queue' }]);
    expect(queue.batches.flat()).toHaveLength(1);
  });

  it('reports a record of the stream that it cannot read', async () => {
    const broken = { eventName: 'INSERT', dynamodb: { NewImage: {}, SequenceNumber: '700' } } as DynamoDBRecord;
    expect(await dispatch({ Records: [broken] })).toEqual({ batchItemFailures: [{ itemIdentifier: '700' }] });
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({ event: 'dispatch_failed' });
    const [id, topic] = [newId(), newName('topic')];
    await send(id, { action: 'publish', topic, data: 1 });
    const [first] = await streamOf(topic);
    expect(await dispatch({ Records: [first, broken].flatMap((record) => record ?? []) })).toEqual({
      batchItemFailures: [{ itemIdentifier: '700' }],
    });
  });

  it('brings messages that come together in one frame', async () => {
    const topic = newName('topic');
    const id = await subscribed(topic);
    for (const data of [1, 2, 3]) {
      await send(id, { action: 'publish', topic, data });
    }
    await dispatch({ Records: await streamOf(topic) });
    await deliver({ Records: queue.batches.flat().map(sqsRecord) }, fullTime);
    expect(posts).toEqual([
      { id, frame: { type: 'messages', messages: [1, 2, 3].map((data) => expect.objectContaining({ data })) } },
    ]);
  });

  it('asks for a record again that nobody can read, and brings the others', async () => {
    const Records = [named('fine='), 'not JSON', '{}'].map(sqsRecord);
    const { batchItemFailures } = await deliver({ Records }, fullTime);
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['sqs-1', 'sqs-2']);
    expect(posts.map(({ id }) => id)).toEqual(['fine=']);
    expect(logged.join('')).not.toContain('not JSON');
  });

  it.each([
    [429, undefined],
    [403, 'delivery_failed'],
  ])('puts a connection that answers %i back by name, and is done with its record', async (status, event) => {
    statuses.set('slow=', status);
    const body = JSON.stringify({ messages, to: { connections: [person('slow='), person('fine=')] } });
    expect(await deliver({ Records: [sqsRecord(body, 0)] }, fullTime)).toEqual({ batchItemFailures: [] });
    expect(posts.map(({ id }) => id)).toEqual(['fine=']);
    expect(queue.batches.flat().map((each) => JSON.parse(each))).toEqual([
      { messages, to: { connections: [person('slow=')] }, attempt: 1 },
    ]);
    expect(logged.map((line) => JSON.parse(line).event)).toEqual([...(event ? [event] : []), 'delivered']);
    expect(logged.join('')).not.toMatch(/slow=|fine=/);
  });

  it('asks for a record again if the queue takes nothing back', async () => {
    statuses.set('slow=', 429);
    queue.refuse(0);
    expect(await deliver({ Records: [sqsRecord(named('slow='), 0)] }, fullTime)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'sqs-0' }],
    });
  });

  it('forgets a connection that is gone, unless it is just being opened', async () => {
    const topic = newName('topic');
    const young = await subscribed(topic);
    const old = { ...connectEvent(newId()) };
    old.requestContext = { ...old.requestContext, connectedAt: Date.now() - 31_000 };
    await connect(old);
    await message({
      ...messageEvent('', JSON.stringify({ action: 'subscribe', topic })),
      requestContext: old.requestContext,
    });
    statuses.set(young, 410).set(old.requestContext.connectionId, 410);

    await send(young, { action: 'publish', topic, data: 1 });
    await dispatch({ Records: await streamOf(topic) });
    expect(await deliver({ Records: queue.batches.flat().map(sqsRecord) }, fullTime)).toEqual({
      batchItemFailures: [],
    });
    posts.length = 0;
    statuses.clear();
    await deliver({ Records: queue.batches.flat().map(sqsRecord) }, fullTime);
    expect(posts.map(({ id }) => id)).toEqual([young]);
  });
});

describe('where clients are authenticated', () => {
  const office = () =>
    new AdmissionTable(new Table(dynamo.client, 'admission', systemClock), systemClock, { perSecond: 10, burst: 10 });

  function newPrincipal(): Principal {
    const now = Math.floor(Date.now() / 1000);
    return { subject: newName('subject'), tenant: 'acme', scopes: [], issuedAt: now - 60, expiresAt: now + 60 };
  }

  async function mint(principal: Principal, origin = ORIGIN): Promise<string> {
    const ticket = randomBytes(32).toString('base64url');
    const hash = createHash('sha256').update(ticket).digest('base64url');
    expect(await office().mint(hash, ticketFor(principal, origin, Date.now()))).toBe('minted');
    return ticket;
  }

  const knock = (id: string, ticket: string) =>
    closed.connect(connectEvent(id, { Origin: ORIGIN, 'Sec-WebSocket-Protocol': `twinlane.v1, ticket.${ticket}` }));

  async function say(id: string, frame: object): Promise<Record<string, unknown>> {
    const { body } = await closed.message(messageEvent(id, JSON.stringify(frame)));
    return JSON.parse(body ?? '');
  }

  /** What the stream of the admission table brings, through the filter of the event source. */
  async function departures(pk: string): Promise<DynamoDBRecord[]> {
    const { Items } = await dynamo.client.call<{ Items: Required<StreamRecord>['NewImage'][] }>('Query', {
      TableName: 'admission',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
    });
    return Items.filter(({ sk }) => ['REVOCATION', 'CLOSING'].includes(sk?.S ?? '')).map(
      (NewImage) => ({ eventName: 'INSERT', dynamodb: { NewImage, SequenceNumber: '100' } }) as DynamoDBRecord,
    );
  }

  it('a ticket opens one connection, and the answer names the protocol alone', async () => {
    const ticket = await mint(newPrincipal());
    expect(await knock(newId(), ticket)).toEqual({
      statusCode: 200,
      headers: { 'Sec-WebSocket-Protocol': 'twinlane.v1' },
    });
    expect(await knock(newId(), ticket)).toEqual({ statusCode: 401 });
    expect(logged.join('')).not.toContain(ticket);
  });

  it('whoever brings none, or offers it elsewhere, is refused', async () => {
    const ticket = await mint(newPrincipal());
    const protocols = ['twinlane.v1', `ticket.${ticket}`, `twinlane.v1, ticket.${ticket}, ticket.${ticket}`];
    for (const protocol of protocols) {
      const event = connectEvent(newId(), { Origin: ORIGIN, 'Sec-WebSocket-Protocol': protocol });
      expect(await closed.connect(event)).toEqual({ statusCode: 401 });
    }
    expect(await closed.connect(connectEvent(newId(), { Origin: ORIGIN }))).toEqual({ statusCode: 401 });
  });

  it('a ticket is not burnt by a transaction whose answer was lost', async () => {
    const [ticket, id] = [await mint(newPrincipal()), newId()];
    dynamo.interrupt({ answer: new Failure('x#InternalServerError', 'lost', 500), done: true });
    expect(await knock(id, ticket)).toMatchObject({ statusCode: 200 });
    expect(await say(id, { action: 'ping' })).toMatchObject({ type: 'pong' });
  });

  it('a subject has so many connections, and is told to come back', async () => {
    const principal = newPrincipal();
    const [first, second] = [newId(), newId()];
    expect(await knock(first, await mint(principal))).toMatchObject({ statusCode: 200 });
    expect(await knock(second, await mint(principal))).toMatchObject({ statusCode: 200 });
    expect(await knock(newId(), await mint(principal))).toEqual({ statusCode: 429 });
    await disconnect(disconnectEvent(first));
    expect(await knock(newId(), await mint(principal))).toMatchObject({ statusCode: 200 });
  });

  it('a connection, and a subject, that sends too much is told when to go on', async () => {
    const [id, other] = [newId(), newId()];
    const principal = newPrincipal();
    await knock(id, await mint(principal));
    await knock(other, await mint(principal));
    const refused = { type: 'error', code: 'rate_limited', retryAfter: 1 };
    const publish = { action: 'publish', topic: newName('topic'), data: 1 };
    const published = [await say(id, publish), await say(id, publish), await say(other, publish)];
    expect(published.map(({ type }) => type)).toEqual(['published', 'published', 'published']);
    expect(await say(other, publish)).toMatchObject(refused);
    const answers = await Promise.all(Array.from({ length: 20 }, () => say(id, { action: 'ping' })));
    expect(answers).toContainEqual(expect.objectContaining(refused));
    expect(await say(other, { action: 'ping' })).toMatchObject({ type: 'pong' });
  });

  it('a message goes to subscribers of its tenant, under the name that they know', async () => {
    const topic = newName('topic');
    const [alice, rival] = [newId(), newId()];
    await knock(alice, await mint(newPrincipal()));
    await knock(rival, await mint({ ...newPrincipal(), tenant: 'rival' }));
    for (const id of [alice, rival]) {
      expect(await say(id, { action: 'subscribe', topic })).toMatchObject({ type: 'subscribed', topic });
    }
    await say(alice, { action: 'publish', topic, data: 1 });
    await dispatch({ Records: await streamOf(`acme/${topic}`) });
    await deliver({ Records: queue.batches.flat().map(sqsRecord) }, fullTime);
    expect(posts).toEqual([{ id: alice, frame: expect.objectContaining({ type: 'message', topic, data: 1 }) }]);
  });

  it('a logout closes what the subject has open, and nobody else’s', async () => {
    const [principal, other] = [newPrincipal(), newPrincipal()];
    const [mine, others] = [newId(), newId()];
    await knock(mine, await mint(principal));
    await knock(others, await mint(other));
    await office().revoke(principal);
    const Records = await departures(`SUBJECT#acme/${principal.subject}`);
    expect(Records).toHaveLength(1);
    expect(await revoke({ Records }, fullTime)).toEqual({ batchItemFailures: [] });
    expect(deleted).toEqual([mine]);
    expect(await say(mine, { action: 'ping' })).toMatchObject({ code: 'not_connected' });
    expect(await say(others, { action: 'ping' })).toMatchObject({ type: 'pong' });
    expect(logged.join('')).not.toMatch(/subject|Connection|acme/);
  });

  it('an authorization that ends has its connection closed', async () => {
    const id = newId();
    await knock(id, await mint(newPrincipal()));
    await dynamo.client.call('UpdateItem', {
      TableName: 'connections',
      Key: { pk: { S: `CONNECTION#${id}` }, sk: { S: 'CONNECTION' } },
      UpdateExpression: 'SET expiresAt = :past, authorizedUntil = :past',
      ExpressionAttributeValues: { ':past': { N: `${Math.floor(Date.now() / 1000)}` } },
    });
    expect(await say(id, { action: 'ping', ref: 'r' })).toMatchObject({ code: 'unauthorized', ref: 'r' });
    await revoke({ Records: await departures(`CONNECTION#${id}`) }, fullTime);
    expect(deleted).toEqual([id]);
  });

  it('a connection that is closed already is taken out all the same', async () => {
    const id = newId();
    const principal = newPrincipal();
    await knock(id, await mint(principal));
    statuses.set(id, 410);
    await office().revoke(principal);
    const Records = await departures(`SUBJECT#acme/${principal.subject}`);
    expect(await revoke({ Records }, fullTime)).toEqual({ batchItemFailures: [] });
    expect(await say(id, { action: 'ping' })).toMatchObject({ code: 'not_connected' });
  });

  it('a logout that did not succeed comes again', async () => {
    const id = newId();
    const principal = newPrincipal();
    await knock(id, await mint(principal));
    statuses.set(id, 403);
    await office().revoke(principal);
    const Records = await departures(`SUBJECT#acme/${principal.subject}`);
    expect(await revoke({ Records }, fullTime)).toEqual({ batchItemFailures: [{ itemIdentifier: '100' }] });
    expect(JSON.parse(logged.at(-1) ?? '')).toMatchObject({ event: 'revoke_failed' });
  });
});

describe('every handler', () => {
  it.each([
    ['connect', 'ALLOWED_ORIGINS'],
    ['disconnect', 'CONNECTION_TABLE'],
    ['message', 'MESSAGE_LOG_TABLE'],
    ['dispatch', 'DELIVERY_QUEUE_URL'],
    ['deliver', 'MANAGEMENT_ENDPOINT'],
    ['revoke', 'MANAGEMENT_ENDPOINT'],
    ['connect', 'ADMISSION_TABLE'],
    ['message', 'ADMISSION_TABLE'],
  ])('does not load without its environment: %s names %s', (name, variable) => {
    const complete = process.env;
    process.env = { ...complete, [variable]: '' };
    try {
      jest.isolateModules(() => {
        expect(() => require(`../../lambda/${name}.handler`)).toThrow(variable);
      });
    } finally {
      process.env = complete;
    }
  });
});
