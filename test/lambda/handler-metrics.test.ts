import { createHandler as createConnect } from '../../lambda/connect';
import { createHandler as createDeliver } from '../../lambda/deliver';
import { createHandler as createDispatch } from '../../lambda/dispatch';
import { createHandler as createMessage } from '../../lambda/message';
import { createHandler as createPush } from '../../lambda/push';
import { type Connection, Unavailable } from '../../lambda/realtime/ports';
import { createRoute } from '../../lambda/route';
import { failure } from '../support/memory/dynamodb';
import { connectEvent, messageEvent } from '../support/websocket-events';
import { FULL_TIME, lanes, ORIGIN, sqsEvent } from './lanes';

function setUp() {
  const lane = lanes();
  const { connections, connectionOpener, admission, log, marks, queue, deadLetters, management } = lane;
  const { clock, logger, metrics, newId, hints, streamOf } = lane;
  const posting = { connections, queue, outbox: management, clock, logger, metrics };
  const session = { connections, log, clock, newId, rateLimits: admission, closeRequests: admission, logger, metrics };
  const dispatch = createDispatch({ marks, connections, queue, deadLetters, logger, metrics });
  const deliver = createDeliver({ ...posting, deadLetters });
  const push = createPush({ ...posting, log: marks });
  const message = createMessage(session);
  return {
    ...lane,
    session,
    connect: createConnect({
      ...{ connections, connectionOpener, logger, metrics },
      allowedOrigins: [ORIGIN],
      ownOrigin: 'https://ws.example.com',
      originSecret: 'none',
    }),
    send: async (from: Connection, frame: object) => {
      const { body } = await message(messageEvent(from, JSON.stringify(frame)));
      return JSON.parse(body ?? '') as Record<string, unknown>;
    },
    publish: (topic: string, ...data: number[]) =>
      Promise.all(
        data.map((each) =>
          log.append({ topic, id: newId(), data: each, publishedAt: new Date(clock.now()).toISOString(), subject: '' }),
        ),
      ),
    dispatchAll: () => dispatch({ Records: streamOf('log', 'MESSAGE#') }),
    deliverAll: () => deliver(sqsEvent(queue.bodies.splice(0)), FULL_TIME),
    pushAll: () =>
      push(
        sqsEvent(
          hints.sent.map((hint) => JSON.stringify(hint)),
          clock.now(),
        ),
      ),
  };
}

const offering = (ticket: string) => ({ Origin: ORIGIN, 'Sec-WebSocket-Protocol': `twinlane.v1, ticket.${ticket}` });

describe('connect', () => {
  it('counts a refused handshake with the reason unauthorized, forbidden or unavailable', async () => {
    const { connect, newConnection, failTransaction, mint, newPrincipal, metrics } = setUp();
    await connect(connectEvent(newConnection(), { Origin: 'https://evil.example.com' }));
    await connect(connectEvent(newConnection(), { Origin: ORIGIN }));
    await connect(connectEvent(newConnection(), offering('x'.repeat(43))));
    const ticket = await mint(newPrincipal());
    for (let attempt = 0; attempt < 50; attempt++) {
      failTransaction(failure('ProvisionedThroughputExceededException', 'slow down'));
    }
    expect(await connect(connectEvent(newConnection(), offering(ticket)))).toEqual({ statusCode: 503 });
    expect(metrics.written).toEqual([
      { Reason: 'forbidden', Refused: 1 },
      { Reason: 'unauthorized', Refused: 1 },
      { Reason: 'unauthorized', Refused: 1 },
      { Reason: 'unavailable', Refused: 1 },
    ]);
  });

  it('counts a handshake that bypasses the gateway as forbidden, and writes nothing for one that succeeds', async () => {
    const { connections, logger, metrics, newConnection } = setUp();
    const connect = createConnect({
      ...{ connections, connectionOpener: undefined, logger, metrics },
      ...{ allowedOrigins: [ORIGIN], ownOrigin: 'https://ws.example.com', originSecret: 'secret' },
    });
    await connect(connectEvent(newConnection(), { Origin: ORIGIN }));
    const through = { Origin: ORIGIN, 'X-Origin-Secret': 'secret' };
    expect(await connect(connectEvent(newConnection(), through))).toMatchObject({ statusCode: 200 });
    expect(metrics.written).toEqual([{ Reason: 'forbidden', Refused: 1 }]);
  });

  it('counts nothing if it throws, because Lambda counts an error then', async () => {
    const { connect, connectionOpener, newConnection, metrics } = setUp();
    jest.spyOn(connectionOpener, 'open').mockRejectedValue(new RangeError('no'));
    await expect(connect(connectEvent(newConnection(), offering('x'.repeat(43))))).rejects.toThrow('no');
    expect(metrics.written).toEqual([]);
  });
});

describe('message', () => {
  it('counts frames that are refused, and no answers or mistakes', async () => {
    const { send, opened, newPrincipal, metrics, clock, admission } = setUp();
    const principal = { ...newPrincipal(), scopes: ['topics:read'] };
    const connection = await opened(principal);
    await send(connection, { action: 'ping' });
    await send(connection, { action: 'no-such-action' });
    expect(metrics.written).toEqual([]);
    expect(await send(connection, { action: 'publish', topic: 'a', data: 1 })).toMatchObject({ code: 'forbidden' });
    for (let frame = 0; frame < 10; frame++) {
      await send(connection, { action: 'ping' });
    }
    expect(metrics.written.slice(0, 2)).toEqual([
      { Reason: 'forbidden', Refused: 1 },
      { Reason: 'rate_limited', Refused: 1 },
    ]);
    metrics.written.length = 0;
    clock.advance(700_000);
    expect(await send(connection, { action: 'ping' })).toMatchObject({ code: 'unauthorized' });
    jest.spyOn(admission, 'close').mockRejectedValue(new Unavailable());
    expect(await send(connection, { action: 'ping' })).toMatchObject({ code: 'unavailable' });
    expect(metrics.written).toEqual([
      { Reason: 'unauthorized', Refused: 1 },
      { Reason: 'unavailable', Refused: 1 },
    ]);
  });

  it('counts a frame once for each reason for which topics of it were refused', async () => {
    const { send, opened, newPrincipal, metrics } = setUp();
    const connection = await opened({ ...newPrincipal(), scopes: ['topics:write'] });
    expect(await send(connection, { action: 'subscribe', topics: ['a', 'b', 'c'] })).toMatchObject({
      type: 'subscribed',
      topics: { a: { code: 'forbidden' }, c: { code: 'forbidden' } },
    });
    expect(metrics.written).toEqual([{ Reason: 'forbidden', Refused: 1 }]);
  });

  it('counts a frame that fails with an unexpected error as internal', async () => {
    const { send, opened, newPrincipal, connections, metrics } = setUp();
    const connection = await opened(newPrincipal());
    jest.spyOn(connections, 'accept').mockRejectedValue(new RangeError('no'));
    expect(await send(connection, { action: 'ping' })).toMatchObject({ code: 'internal' });
    expect(metrics.written).toEqual([{ Reason: 'internal', Refused: 1 }]);
  });
});

test('a custom route counts refused frames, those of its own included', async () => {
  const { session, opened, newPrincipal, metrics } = setUp();
  const route = createRoute(async ({ frame }) => ({ type: 'error', code: String(frame.code) }), session);
  const connection = await opened(newPrincipal());
  for (const code of ['forbidden', 'other']) {
    await route(messageEvent(connection, JSON.stringify({ action: 'roll', code })));
  }
  for (let frame = 0; frame < 10; frame++) {
    await route(messageEvent(connection, '{"action":"roll"}'));
  }
  expect(metrics.written.slice(0, 2)).toEqual([
    { Reason: 'forbidden', Refused: 1 },
    { Reason: 'rate_limited', Refused: 1 },
  ]);
});

test('a custom route that throws counts its frame as internal', async () => {
  const { session, opened, newPrincipal, metrics } = setUp();
  const route = createRoute(() => Promise.reject(new RangeError('no')), session);
  await route(messageEvent(await opened(newPrincipal()), '{"action":"roll"}'));
  expect(metrics.written).toEqual([{ Reason: 'internal', Refused: 1 }]);
});

test('dispatch counts the deliveries that it enqueued', async () => {
  const { publish, subscribed, dispatchAll, queue, metrics } = setUp();
  await subscribed('news');
  await subscribed('sports');
  await publish('news', 1, 2);
  await publish('sports', 1);
  await dispatchAll();
  expect([queue.bodies.length, metrics.written]).toEqual([2, [{ FanOut: 2 }]]);
  queue.refuse();
  await dispatchAll();
  expect([queue.bodies.length, metrics.written.slice(1)]).toEqual([3, [{ FanOut: 1 }]]);
});

test('dispatch writes what it counted also if it fails after that', async () => {
  const { publish, subscribed, dispatchAll, queue, deadLetters, metrics, lines } = setUp();
  for (const topic of ['news', 'never']) {
    await subscribed(topic);
    await publish(topic, 1);
  }
  queue.neverAccept((body) => body.includes('never'));
  jest.spyOn(deadLetters, 'add').mockImplementation(() => {
    throw new RangeError('no');
  });
  await dispatchAll();
  expect(lines.at(-1)).toMatchObject({ event: 'dispatch_failed', error: 'RangeError' });
  expect(metrics.written).toEqual([{ FanOut: 1 }]);
});

describe('push and deliver', () => {
  const WAIT = 250;

  async function published() {
    const set = setUp();
    const { subscribed, gateway, clock, publish } = set;
    const [, gone, busy] = [await subscribed('news'), await subscribed('news'), await subscribed('news')];
    clock.advance(60_000);
    gateway.statuses.set(gone.id, 410).set(busy.id, 429);
    await publish('news', 1, 2);
    clock.advance(WAIT);
    return set;
  }

  it.each(['push', 'deliver'] as const)(
    '%s counts posts, connections that are gone or left, and measures',
    async (by) => {
      const { dispatchAll, deliverAll, pushAll, metrics } = await published();
      if (by === 'push') {
        await pushAll();
      } else {
        await dispatchAll();
        metrics.written.length = 0;
        await deliverAll();
      }
      expect(metrics.written).toEqual([
        { Posts: 1, Left: 1, Gone: 1, PushLatency: [expect.any(Number), expect.any(Number)] },
      ]);
      const [{ PushLatency } = {}] = metrics.written;
      expect(Math.min(...(PushLatency as number[]))).toBeGreaterThanOrEqual(WAIT);
    },
  );

  it('write nothing if there was nothing to post', async () => {
    const { pushAll, deliverAll, metrics } = setUp();
    await pushAll();
    await deliverAll();
    expect(metrics.written).toEqual([]);
  });
});
