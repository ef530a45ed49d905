import { type Connections, type MessageLog, Unavailable } from '../../../lambda/realtime/ports';
import { Limit } from '../../../lambda/realtime/protocol';
import { answer } from '../../../lambda/realtime/session';
import { ManualClock } from '../../memory/clock';
import { MemoryConnections } from '../../memory/connections';
import { MemoryMessageLog } from '../../memory/message-log';

function setUp() {
  const clock = new ManualClock();
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const log: MessageLog = new MemoryMessageLog(clock, 3600, newId);
  const connections: Connections = new MemoryConnections(clock);
  const connection = { id: 'a=', connectedAt: clock.now() };
  return { connection, connections, log, clock, newId };
}

async function connected() {
  const session = setUp();
  await session.connections.connect(session.connection);
  return session;
}

it('subscribes, and says where the topic stands', async () => {
  const session = await connected();
  expect(await answer({ action: 'subscribe', topic: 'room:1', ref: 'r' }, session)).toEqual({
    type: 'subscribed',
    topic: 'room:1',
    epoch: '',
    sequence: 0,
    ref: 'r',
  });
  await answer({ action: 'publish', topic: 'room:1', data: 1 }, session);
  expect(await answer({ action: 'subscribe', topic: 'room:1' }, session)).toMatchObject({
    sequence: 1,
    epoch: expect.stringMatching(/./),
  });
});

it('reads where a topic stands only after subscribing, so that nothing falls between', async () => {
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

it('refuses a subscription to a connection that is closing', async () => {
  expect(await answer({ action: 'subscribe', topic: 'a', ref: 'r' }, setUp())).toMatchObject({
    type: 'error',
    code: 'not_connected',
    ref: 'r',
  });
});

it('refuses one subscription too many', async () => {
  const session = await connected();
  for (let index = 0; index < Limit.SUBSCRIPTIONS; index++) {
    await answer({ action: 'subscribe', topic: `t${index}` }, session);
  }
  expect(await answer({ action: 'subscribe', topic: 'more' }, session)).toMatchObject({ code: 'subscription_limit' });
});

it('unsubscribes', async () => {
  const session = await connected();
  await answer({ action: 'subscribe', topic: 'a' }, session);
  expect(await answer({ action: 'unsubscribe', topic: 'a', ref: 'r' }, session)).toEqual({
    type: 'unsubscribed',
    topic: 'a',
    ref: 'r',
  });
  expect(await session.connections.subscribers({ topic: 'a', number: 0 })).toEqual({ connections: [] });
});

it('publishes, and gives the position without the data', async () => {
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

it('refuses an id that was used with other data', async () => {
  const session = await connected();
  await answer({ action: 'publish', topic: 'a', data: 1, id: 'm' }, session);
  expect(await answer({ action: 'publish', topic: 'a', data: 2, id: 'm', ref: 'r' }, session)).toMatchObject({
    code: 'conflict',
    ref: 'r',
  });
});

it('answers a ping with the positions asked for', async () => {
  const session = await connected();
  await answer({ action: 'publish', topic: 'a', data: 1 }, session);
  expect(await answer({ action: 'ping', topics: ['a', 'b'], ref: 'r' }, session)).toEqual({
    type: 'pong',
    positions: { a: { epoch: expect.stringMatching(/./), sequence: 1 }, b: { epoch: '', sequence: 0 } },
    ref: 'r',
  });
  expect(await answer({ action: 'ping' }, session)).toEqual({ type: 'pong', positions: {} });
});

it('answers how many are subscribed to a topic, also to one who is not', async () => {
  const session = await connected();
  const presence = { type: 'presence', topic: 'a', exact: true, ref: 'r' };
  const asked = { action: 'presence', topic: 'a', ref: 'r' } as const;
  expect(await answer(asked, session)).toEqual({ ...presence, subscribers: 0 });
  await answer({ action: 'subscribe', topic: 'a' }, session);
  expect(await answer(asked, session)).toEqual({ ...presence, subscribers: 1 });
});

it('says when to try again', async () => {
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

it('does not hide what no client can mend', async () => {
  const session = await connected();
  session.log.positions = async () => {
    throw new Error('broken');
  };
  await expect(answer({ action: 'ping', topics: ['a'] }, session)).rejects.toThrow('broken');
});
