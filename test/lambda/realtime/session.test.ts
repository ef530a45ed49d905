import { type MessageLog, Unavailable } from '../../../lambda/realtime/ports';
import { ANYONE, type Principal } from '../../../lambda/realtime/principal';
import { type ClientFrame, Limit } from '../../../client/protocol';
import { parseClientFrame } from '../../../lambda/realtime/parse-frame';
import { ALL_TOPIC_SCOPES } from '../../../lambda/realtime/scopes';
import { answer as answerTo, type Session } from '../../../lambda/realtime/session';
import { MemoryAdmission } from '../../support/memory/admission';
import { ManualClock } from '../../support/memory/clock';
import { MemoryConnections } from '../../support/memory/connections';
import { MemoryMessageLog } from '../../support/memory/message-log';

const REQUESTS = { perSecond: 1, burst: 3 };

function setUp() {
  const clock = new ManualClock();
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const log: MessageLog = new MemoryMessageLog(clock, 3600, newId);
  const connections = new MemoryConnections(clock);
  const admission = new MemoryAdmission(clock, connections, { requests: REQUESTS, connections: 3 });
  const connection = { id: 'a=', connectedAt: clock.now() };
  return { connection, connections, log, clock, newId, rateLimits: admission, closeRequests: admission, admission };
}

const answer = (frame: ClientFrame, session: Session) => answerTo({ frame }, session);

async function connected(principal = ANYONE) {
  const session = setUp();
  await session.connections.connect(session.connection, principal);
  return session;
}

/** @returns a principal whose authorization expires in ten minutes */
function alice(overrides: Partial<Principal> = {}): Principal {
  const seconds = new ManualClock().now() / 1000;
  return {
    subject: 'alice',
    tenant: 'acme',
    scopes: ALL_TOPIC_SCOPES,
    issuedAt: seconds,
    expiresAt: seconds + 600,
    ...overrides,
  };
}

it('a subscribe frame is answered with the head of the topic', async () => {
  const session = await connected();
  expect(await answer({ action: 'subscribe', topic: 'room:1', ref: 'r' }, session)).toEqual({
    type: 'subscribed',
    topic: 'room:1',
    epoch: '',
    sequence: 0,
    subscription: '1767225600000-id-1',
    ref: 'r',
  });
  await answer({ action: 'publish', topic: 'room:1', data: 1 }, session);
  expect(await answer({ action: 'subscribe', topic: 'room:1' }, session)).toMatchObject({
    sequence: 1,
    epoch: expect.stringMatching(/./),
  });
});

it('a session reads the head after it subscribes, so that no message is missed in between', async () => {
  const session = await connected();
  const order: string[] = [];
  const { connections, log } = session;
  const subscribe = connections.subscribe.bind(connections);
  const positions = log.positions.bind(log);
  connections.subscribe = async (...values) => {
    const outcome = await subscribe(...values);
    order.push('subscribed');
    return outcome;
  };
  log.positions = (topics) => {
    order.push('read');
    return positions(topics);
  };
  await answer({ action: 'subscribe', topic: 'room:1' }, session);
  expect(order).toEqual(['subscribed', 'read']);
});

describe('a subscribe frame with several topics', () => {
  const start = { epoch: '', sequence: 0 };

  it('is answered with the head and the subscription of each', async () => {
    const session = await connected(alice());
    await answer({ action: 'publish', topic: 'b', data: 1 }, session);
    const subscription = '1767225600000-id-3';
    expect(await answer({ action: 'subscribe', topics: ['a', 'b'], ref: 'r' }, session)).toEqual({
      type: 'subscribed',
      topics: { a: { ...start, subscription }, b: { epoch: expect.stringMatching(/./), sequence: 1, subscription } },
      authorizedUntil: '2026-01-01T00:10:00.000Z',
      ref: 'r',
    });
    expect(await session.connections.subscribers({ topic: 'acme/b', number: 0 })).toEqual({
      connections: [session.connection],
    });
  });

  it('subscribes to the other topics if some exceed the limit of the connection', async () => {
    const session = await connected();
    const topics = Array.from({ length: Limit.SUBSCRIPTIONS }, (_, index) => `t${index}`);
    await answer({ action: 'subscribe', topic: 'other' }, session);
    session.clock.advance(1000);
    const { topics: results } = (await answer({ action: 'subscribe', topics }, session)) as {
      topics: Record<string, object>;
    };
    expect(Object.values(results).filter((result) => 'subscription' in result)).toHaveLength(99);
    expect(results.t99).toEqual({ code: 'subscription_limit', message: expect.any(String) });
  });

  it('has a retryAfter for each topic whose subscription or head is unavailable, and subscribes to the others', async () => {
    const session = await connected();
    const { connections, log } = session;
    const [subscribe, positions] = [connections.subscribe.bind(connections), log.positions.bind(log)];
    connections.subscribe = async (connection, topics, id) =>
      new Map([...(await subscribe(connection, topics, id)), ['busy', 'unavailable'] as const] as never);
    log.positions = (topics) => positions(topics.filter((topic) => topic !== 'throttled'));
    const unavailable = { code: 'unavailable', message: expect.any(String), retryAfter: 1 };
    expect(await answer({ action: 'subscribe', topics: ['a', 'busy', 'throttled'] }, session)).toMatchObject({
      topics: { a: start, busy: unavailable, throttled: unavailable },
    });
    expect(await answer({ action: 'subscribe', topic: 'throttled' }, session)).toEqual({
      type: 'error',
      ...unavailable,
    });
  });

  it('is unavailable for a topic with the name of a property of objects, if its head cannot be read', async () => {
    const session = await connected();
    session.log.positions = async () => ({});
    expect(await answer({ action: 'subscribe', topic: 'constructor' }, session)).toMatchObject({ code: 'unavailable' });
    expect(await answer({ action: 'ping', topics: ['constructor'] }, session)).toMatchObject({ code: 'unavailable' });
  });

  it('refuses each topic that the token does not allow', async () => {
    const session = await connected(alice({ scopes: ['topics:write'] }));
    const forbidden = { code: 'forbidden', message: expect.any(String) };
    expect(await answer({ action: 'subscribe', topics: ['a', 'b'] }, session)).toMatchObject({
      type: 'subscribed',
      topics: { a: forbidden, b: forbidden },
    });
  });

  it('gets an error frame if the connection has no records, and the connection is closed', async () => {
    const session = await connected();
    session.connections.subscribe = async () => 'not_connected';
    expect(await answer({ action: 'subscribe', topics: ['a'], ref: 'r' }, session)).toMatchObject({
      type: 'error',
      code: 'not_connected',
      ref: 'r',
    });
    expect(session.admission.closed).toEqual([session.connection]);
  });

  it('counts as many frames as its topics do alone, so that a full bucket allows 100 topics once', async () => {
    const session = await connected(alice());
    const topics = Array.from({ length: Limit.SUBSCRIPTIONS }, (_, index) => `t${index}`);
    expect(await answer({ action: 'subscribe', topics }, session)).toMatchObject({ type: 'subscribed' });
    expect(await answer({ action: 'ping' }, session)).toMatchObject({ code: 'rate_limited' });
  });

  it('gets an answer of one frame, also with the longest topics and the longest ref', async () => {
    const session = await connected(alice());
    const newId = () => '0b1f6e3c-6d0b-4c5e-9a55-0d8a4cf1b0a7';
    session.log.positions = async (keys) =>
      Object.fromEntries(keys.map((key) => [key, { epoch: newId(), sequence: Number.MAX_SAFE_INTEGER }]));
    const topics = Array.from({ length: Limit.SUBSCRIPTIONS }, (_, index) => `${'t'.repeat(125)}${100 + index}`);
    const frame = { action: 'subscribe', topics, ref: '\u0000'.repeat(Limit.REF_LENGTH) } as const;
    expect(parseClientFrame(JSON.stringify(frame))).toEqual({ frame });
    const text = JSON.stringify(await answer({ ...frame, topics }, { ...session, newId }));
    expect(Buffer.byteLength(text)).toBeGreaterThan(25_000);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(Limit.FRAME_BYTES);
  });
});

it('a ping is unavailable if a head cannot be read', async () => {
  const session = await connected();
  session.log.positions = async () => ({ a: { epoch: '', sequence: 0 } });
  expect(await answer({ action: 'ping', topics: ['a', 'b'] }, session)).toMatchObject({
    code: 'unavailable',
    retryAfter: 1,
  });
});

it('a session reads the current head for a subscription, and accepts an older one for a ping', async () => {
  const session = await connected();
  const reads: unknown[] = [];
  const positions = session.log.positions.bind(session.log);
  session.log.positions = (topics, options) => {
    reads.push(options?.eventual ?? false);
    return positions(topics);
  };
  await answer({ action: 'subscribe', topic: 'room:1' }, session);
  await answer({ action: 'ping', topics: ['room:1'] }, session);
  expect(reads).toEqual([false, true]);
});

it('a frame of a connection without records is refused, and the connection is closed', async () => {
  const session = setUp();
  expect(await answer({ action: 'ping', ref: 'r' }, session)).toMatchObject({
    type: 'error',
    code: 'not_connected',
    ref: 'r',
  });
  expect(session.admission.closed).toEqual([session.connection]);
});

it('a connection whose records are deleted while it subscribes is closed', async () => {
  const session = await connected();
  session.connections.subscribe = async () => 'not_connected';
  expect(await answer({ action: 'subscribe', topic: 'a' }, session)).toMatchObject({ code: 'not_connected' });
  expect(session.admission.closed).toEqual([session.connection]);
});

it('a refusal that closes the connection is answered only after the close request is stored', async () => {
  const session = setUp();
  let stored = false;
  const closeRequests = {
    async close() {
      await new Promise(setImmediate);
      stored = true;
    },
  };
  await answer({ action: 'ping' }, { ...session, closeRequests });
  expect(stored).toBe(true);
});

it('a refusal whose close request cannot be stored is unavailable, so that the client tries again', async () => {
  const refusal = Promise.reject(new Unavailable());
  // Handled, so that only this test fails if nobody waits for it.
  refusal.catch(() => undefined);
  const closeRequests = { close: () => refusal };
  expect(await answer({ action: 'ping' }, { ...setUp(), closeRequests })).toMatchObject({
    code: 'unavailable',
    retryAfter: 1,
  });
});

it('a subscription above the limit is refused', async () => {
  const session = await connected();
  for (let index = 0; index < Limit.SUBSCRIPTIONS; index++) {
    expect(await answer({ action: 'subscribe', topic: `t${index}` }, session)).toMatchObject({ type: 'subscribed' });
  }
  session.clock.advance(1000);
  expect(await answer({ action: 'subscribe', topic: 'more' }, session)).toMatchObject({ code: 'subscription_limit' });
});

it('an unsubscribe frame removes the subscription', async () => {
  const session = await connected();
  await answer({ action: 'subscribe', topic: 'a' }, session);
  expect(await answer({ action: 'unsubscribe', topic: 'a', ref: 'r' }, session)).toEqual({
    type: 'unsubscribed',
    topic: 'a',
    ref: 'r',
  });
  expect(await session.connections.subscribers({ topic: 'a', number: 0 })).toEqual({ connections: [] });
});

it('an unsubscribe frame with a subscription ends only that subscription', async () => {
  const session = await connected();
  const subscribe = () => answer({ action: 'subscribe', topic: 'a' }, session);
  const [first, second] = [await subscribe(), await subscribe()].map(
    (frame) => (frame as { subscription: string }).subscription,
  );
  const subscribers = async () => (await session.connections.subscribers({ topic: 'a', number: 0 })).connections;
  await answer({ action: 'unsubscribe', topic: 'a', subscription: first }, session);
  expect(await subscribers()).toEqual([session.connection]);
  await answer({ action: 'unsubscribe', topic: 'a', subscription: second }, session);
  expect(await subscribers()).toEqual([]);
});

it('an unsubscribe frame ends a subscription that was repeated by a function whose clock is behind', async () => {
  const session = await connected();
  await answer({ action: 'subscribe', topic: 'a' }, session);
  const behind = { ...session, clock: new ManualClock(session.clock.now() - 1000) };
  const { subscription } = (await answer({ action: 'subscribe', topic: 'a' }, behind)) as { subscription: string };
  await answer({ action: 'unsubscribe', topic: 'a', subscription }, session);
  expect(await session.connections.subscribers({ topic: 'a', number: 0 })).toEqual({ connections: [] });
});

it.each([
  [600, '2026-01-01T00:10:00.000Z'],
  [600.5, '2026-01-01T00:10:00.500Z'],
  [1e300, undefined],
])('a subscribed frame has the end of the authorization: %d seconds from now it is %s', async (seconds, expected) => {
  const expiresAt = new ManualClock().now() / 1000 + seconds;
  const session = await connected(alice({ expiresAt }));
  expect(await answer({ action: 'subscribe', topic: 'a' }, session)).toMatchObject({
    type: 'subscribed',
    authorizedUntil: expected,
  });
});

it('a publish frame is answered with the position of the message, without its data', async () => {
  const session = await connected();
  expect(await answer({ action: 'publish', topic: 'a', data: { text: 'hello' }, id: 'm', ref: 'r' }, session)).toEqual({
    type: 'published',
    topic: 'a',
    id: 'm',
    epoch: expect.stringMatching(/./),
    sequence: 1,
    publishedAt: '2026-01-01T00:00:00.000Z',
    ref: 'r',
  });
  expect((await session.log.read('a', 0, 1)).messages).toMatchObject([{ id: 'm', data: { text: 'hello' } }]);
});

it('a publish with an id that another subject used is published', async () => {
  const session = await connected(alice());
  await answer({ action: 'publish', topic: 'a', data: 1, id: 'm' }, session);
  const other = { ...session, connection: { ...session.connection, id: 'b=' } };
  await session.connections.connect(other.connection, alice({ subject: 'bob' }));
  expect(await answer({ action: 'publish', topic: 'a', data: 2, id: 'm' }, other)).toMatchObject({ sequence: 2 });
});

it('a publish with an id that was used with other data is refused', async () => {
  const session = await connected();
  await answer({ action: 'publish', topic: 'a', data: 1, id: 'm' }, session);
  expect(await answer({ action: 'publish', topic: 'a', data: 2, id: 'm', ref: 'r' }, session)).toMatchObject({
    code: 'conflict',
    ref: 'r',
  });
});

it('a ping is answered with the positions of its topics', async () => {
  const session = await connected();
  await answer({ action: 'publish', topic: 'a', data: 1 }, session);
  expect(await answer({ action: 'ping', topics: ['a', 'b'], ref: 'r' }, session)).toEqual({
    type: 'pong',
    positions: { a: { epoch: expect.stringMatching(/./), sequence: 1 }, b: { epoch: '', sequence: 0 } },
    ref: 'r',
  });
  expect(await answer({ action: 'ping' }, session)).toEqual({ type: 'pong', positions: {} });
});

it('a presence frame is answered with the number of subscribers, also if the sender is not subscribed', async () => {
  const session = await connected();
  const presence = { type: 'presence', topic: 'a', exact: true, ref: 'r' };
  const frame = { action: 'presence', topic: 'a', ref: 'r' } as const;
  expect(await answer(frame, session)).toEqual({ ...presence, subscribers: 0 });
  await answer({ action: 'subscribe', topic: 'a' }, session);
  expect(await answer(frame, session)).toEqual({ ...presence, subscribers: 1 });
});

it('an unavailable log is answered with retryAfter', async () => {
  const session = await connected();
  session.log.append = async () => {
    throw new Unavailable(2);
  };
  expect(await answer({ action: 'publish', topic: 'a', data: 1, ref: 'r' }, session)).toEqual({
    type: 'error',
    code: 'unavailable',
    message: expect.any(String),
    retryAfter: 2,
    ref: 'r',
  });
});

it('an internal error is thrown', async () => {
  const session = await connected();
  session.log.positions = async () => {
    throw new Error('broken');
  };
  await expect(answer({ action: 'ping', topics: ['a'] }, session)).rejects.toThrow('broken');
});

describe('the topics of a tenant', () => {
  it('have the names that its clients use, and other tenants cannot see them', async () => {
    const [acme, rival] = [await connected(alice()), await connected(alice({ tenant: 'rival' }))];
    rival.log = acme.log;
    expect(await answer({ action: 'publish', topic: 'a', data: 1 }, acme)).toMatchObject({ topic: 'a', sequence: 1 });
    expect(await answer({ action: 'subscribe', topic: 'a' }, acme)).toMatchObject({ topic: 'a', sequence: 1 });
    expect(await answer({ action: 'ping', topics: ['a'] }, acme)).toMatchObject({ positions: { a: { sequence: 1 } } });
    expect(await answer({ action: 'subscribe', topic: 'a' }, rival)).toMatchObject({ topic: 'a', sequence: 0 });
    expect(await answer({ action: 'ping', topics: ['a'] }, rival)).toMatchObject({ positions: { a: { sequence: 0 } } });
    expect(await acme.log.positions(['acme/a', 'rival/a', 'a'])).toMatchObject({
      'acme/a': { sequence: 1 },
      'rival/a': { sequence: 0 },
      a: { sequence: 0 },
    });
  });
});

describe('a frame is refused', () => {
  it.each<[string, ClientFrame]>([
    ['topics:write', { action: 'subscribe', topic: 'a' }],
    ['topics:write', { action: 'ping', topics: ['a'] }],
    ['topics:read', { action: 'publish', topic: 'a', data: 1 }],
  ])('with only the scope %s in the token, if it is %j', async (scope, frame) => {
    const session = await connected(alice({ scopes: ['email', scope] }));
    expect(await answer({ ...frame, ref: 'r' }, session)).toMatchObject({ code: 'forbidden', ref: 'r' });
    expect(await session.log.positions(['acme/a'])).toMatchObject({ 'acme/a': { sequence: 0 } });
  });

  it('after the authorization has expired, and the connection is closed', async () => {
    const session = await connected(alice());
    session.clock.advance(600_000);
    expect(await answer({ action: 'ping', ref: 'r' }, session)).toMatchObject({ code: 'unauthorized', ref: 'r' });
    expect(session.admission.closed).toEqual([session.connection]);
  });

  it('if the connection exceeds its rate limit, which also counts invalid frames, with retryAfter', async () => {
    const session = await connected(alice());
    const error = { type: 'error', code: 'invalid_json', message: 'no' } as const;
    for (let frame = 0; frame < 200; frame++) {
      expect(await answerTo({ error }, session)).toEqual(error);
    }
    expect(await answer({ action: 'ping' }, session)).toMatchObject({ code: 'rate_limited', retryAfter: 1 });
    expect(session.admission.closed).toEqual([]);
  });

  it('if the connection exceeds its rate limit with fewer frames that cost more', async () => {
    const session = await connected(alice());
    const topics = Array.from({ length: Limit.PING_TOPICS }, (_, index) => `t${index}`);
    for (let frame = 0; frame < 20; frame++) {
      expect(await answer({ action: 'ping', topics }, session)).toMatchObject({ type: 'pong' });
    }
    expect(await answer({ action: 'ping' }, session)).toMatchObject({ code: 'rate_limited' });
  });

  it('if the client sends another burst while it is refused, and the connection is closed', async () => {
    const session = await connected(alice());
    for (let frame = 0; frame < 400; frame++) {
      await answer({ action: 'ping' }, session);
    }
    expect(session.admission.closed).toEqual([]);
    expect(await answer({ action: 'ping', ref: 'r' }, session)).toMatchObject({ code: 'rate_limited', ref: 'r' });
    expect(session.admission.closed).toEqual([session.connection]);
  });

  it('if its subject exceeds its rate limit over any connections', async () => {
    const session = await connected(alice());
    const other = { ...session, connection: { ...session.connection, id: 'b=' } };
    await session.connections.connect(other.connection, alice());
    for (let data = 0; data < REQUESTS.burst; data++) {
      expect(await answer({ action: 'publish', topic: 'a', data }, session)).toMatchObject({ type: 'published' });
    }
    const frame: ClientFrame = { action: 'publish', topic: 'b', data: 1 };
    expect(await answer(frame, other)).toMatchObject({ code: 'rate_limited', retryAfter: 1 });
    expect(await answer({ action: 'ping' }, other)).toMatchObject({ type: 'pong' });
  });
});
