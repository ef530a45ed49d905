import { createHandler } from '../../lambda/deliver';
import { createHandler as createDispatch } from '../../lambda/dispatch';
import { FULL_TIME, lanes, sqsEvent } from './lanes';

function setUp() {
  const lane = lanes();
  const { connections, queue, management, clock, logger, log, newId, streamOf } = lane;
  const deliver = createHandler({ connections, queue, outbox: management, clock, logger });
  const dispatch = createDispatch({ connections, queue, logger });
  /** Appends messages, and runs dispatch, which sends them to the queue. */
  const publish = async (topic: string, ...data: unknown[]) => {
    for (const each of data) {
      await log.append({ topic, id: newId(), data: each as number, publishedAt: '2026-01-01T00:00:00.000Z' });
    }
    await dispatch({ Records: streamOf('log', 'MESSAGE#') });
  };
  return { ...lane, publish, deliver: (bodies: readonly string[]) => deliver(sqsEvent(bodies), FULL_TIME) };
}

const messages = [{ topic: 't', epoch: 'e', sequence: 1, id: 'm', data: 1, publishedAt: '2026-01-01T00:00:00.000Z' }];
const named = (id: string) => ({ id, connectedAt: 0 });
const to = (...ids: string[]) => JSON.stringify({ messages, to: { connections: ids.map(named) } });

test('a message is delivered to every subscriber of its topic, and to no other connection', async () => {
  const { publish, deliver, subscribed, queue, gateway, lines } = setUp();
  const [one, other] = [await subscribed('news'), await subscribed('news')];
  await subscribed('sports');
  await publish('news', { text: 'naïve 🌍' });
  expect(await deliver(queue.bodies)).toEqual({ batchItemFailures: [] });
  const frame = expect.objectContaining({ type: 'message', topic: 'news', sequence: 1, data: { text: 'naïve 🌍' } });
  expect(gateway.posts).toHaveLength(2);
  expect(gateway.posts).toEqual(expect.arrayContaining([one, other].map(({ id }) => ({ id, frame }))));
  expect(lines).toEqual([{ event: 'delivered', deliveries: 1, failed: 0, posts: 2, left: 0 }]);
});

test('messages of a topic that are delivered together are posted in one frame', async () => {
  const { publish, deliver, subscribed, queue, gateway } = setUp();
  const { id } = await subscribed('news');
  await publish('news', 1, 2, 3);
  await deliver(queue.bodies);
  expect(gateway.posts).toEqual([
    { id, frame: { type: 'messages', messages: [1, 2, 3].map((data) => expect.objectContaining({ data })) } },
  ]);
});

test('a message is delivered only within its tenant, with the topic name that clients use', async () => {
  const { publish, deliver, subscribed, queue, gateway } = setUp();
  const { id } = await subscribed('acme/news');
  await subscribed('rival/news');
  await publish('acme/news', 1);
  await deliver(queue.bodies);
  expect(gateway.posts).toEqual([{ id, frame: expect.objectContaining({ type: 'message', topic: 'news', data: 1 }) }]);
});

test('an unreadable record is reported as failed, and the others are delivered', async () => {
  const { deliver, gateway, lines } = setUp();
  const { batchItemFailures } = await deliver([to('fine='), 'not JSON', '{}']);
  expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['sqs-1', 'sqs-2']);
  expect(gateway.posts.map(({ id }) => id)).toEqual(['fine=']);
  expect(JSON.stringify(lines)).not.toContain('not JSON');
});

test.each([
  [429, undefined],
  [403, 'delivery_failed'],
])(
  'a connection whose post gets the status %i returns to the queue by its id, and its record succeeds',
  async (status, event) => {
    const { deliver, gateway, queue, lines } = setUp();
    gateway.statuses.set('slow=', status);
    expect(await deliver([to('slow=', 'fine=')])).toEqual({ batchItemFailures: [] });
    expect(gateway.posts.map(({ id }) => id)).toEqual(['fine=']);
    expect(queue.bodies.map((body) => JSON.parse(body))).toEqual([
      { messages, to: { connections: [named('slow=')] }, attempt: 1 },
    ]);
    expect(lines.map((line) => line.event)).toEqual([...(event ? [event] : []), 'delivered']);
    expect(JSON.stringify(lines)).not.toMatch(/slow=|fine=/);
  },
);

test('a record is reported as failed if its busy connection cannot return to the queue', async () => {
  const { deliver, gateway, queue } = setUp();
  gateway.statuses.set('slow=', 429);
  queue.refuse();
  expect(await deliver([to('slow=')])).toEqual({ batchItemFailures: [{ itemIdentifier: 'sqs-0' }] });
});

test('no post begins in the last 8 seconds of the function', async () => {
  const { connections, queue, management, clock, logger, gateway } = lanes();
  const deliver = createHandler({ connections, queue, outbox: management, clock, logger });
  const late = { getRemainingTimeInMillis: () => 7_999 };
  expect(await deliver(sqsEvent([to('a=')]), late)).toEqual({ batchItemFailures: [] });
  expect(gateway.posts).toEqual([]);
  expect(queue.bodies).toHaveLength(1);
});

test('a connection that no longer exists is deleted from the table, unless it has only just been opened', async () => {
  const { publish, deliver, subscribed, queue, gateway, clock, connections } = setUp();
  const old = await subscribed('news');
  clock.advance(31_000);
  const young = await subscribed('news');
  gateway.statuses.set(young.id, 410).set(old.id, 410);
  await publish('news', 1);
  expect(await deliver(queue.bodies)).toEqual({ batchItemFailures: [] });
  expect(gateway.posts).toEqual([]);
  expect(await connections.subscribers({ topic: 'news', number: 0 })).toEqual({ connections: [young] });
});
