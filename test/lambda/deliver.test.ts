import { createHandler } from '../../lambda/deliver';
import { createHandler as createDispatch } from '../../lambda/dispatch';
import { ATTEMPTS } from '../../lambda/realtime/requeueing';
import { FULL_TIME, lanes, sqsEvent } from './lanes';

function setUp() {
  const lane = lanes();
  const { connections, queue, deadLetters, management, clock, logger, metrics, log, marks, newId, streamOf } = lane;
  const deliver = createHandler({ connections, queue, deadLetters, outbox: management, clock, logger, metrics });
  const dispatch = createDispatch({ marks, connections, queue, deadLetters, logger, metrics });
  /** Appends messages, and runs dispatch, which sends them to the queue. */
  const publish = async (topic: string, ...data: unknown[]) => {
    for (const each of data) {
      await log.append({
        topic,
        id: newId(),
        data: each as number,
        publishedAt: '2026-01-01T00:00:00.000Z',
        subject: '',
      });
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

test('unreadable records go to the dead-letter queue at once, and the others are delivered', async () => {
  const { deliver, gateway, deadLetters, lines } = setUp();
  expect(await deliver([to('fine='), 'not JSON', '{}'])).toEqual({ batchItemFailures: [] });
  expect(deadLetters.letters).toEqual(['not JSON', '{}']);
  expect(gateway.posts.map(({ id }) => id)).toEqual(['fine=']);
  expect(lines).toContainEqual({ event: 'deliveries_set_aside', deliveries: 2, failed: 0 });
  expect(JSON.stringify(lines)).not.toContain('not JSON');
});

test('an unreadable record is received again if the dead-letter queue is down', async () => {
  const { deliver, deadLetters } = setUp();
  deadLetters.isDown = true;
  expect(await deliver([to('fine='), 'not JSON'])).toEqual({ batchItemFailures: [{ itemIdentifier: 'sqs-1' }] });
});

test('a delivery whose connection stays busy for all attempts goes to the dead-letter queue unchanged', async () => {
  const { deliver, gateway, queue, deadLetters } = setUp();
  gateway.statuses.set('slow=', 429);
  const last = JSON.stringify({ messages, to: { connections: [named('slow=')] }, attempt: ATTEMPTS });
  expect(await deliver([last])).toEqual({ batchItemFailures: [] });
  expect(deadLetters.letters).toEqual([last]);
  expect(queue.bodies).toEqual([]);
});

test('a topic with 1,000 shards is delivered to a subscriber in one of them, after one entry of dispatch', async () => {
  const { publish, deliver, subscribed, connections, queue, gateway } = setUp();
  const { id } = await subscribed('large');
  const [only] = await connections.shards(['large']);
  jest.spyOn(connections, 'availableShards').mockImplementation(async () => new Map([['large', shardsOf(1000)]]));
  jest.spyOn(connections, 'shards').mockImplementation(async () => shardsOf(1000));
  await publish('large', 1);
  expect(queue.bodies.map((body) => JSON.parse(body).to)).toEqual([{ topic: 'large' }]);
  await deliver(queue.bodies.splice(0));
  expect(queue.bodies).toHaveLength(10);
  await deliver(queue.bodies.splice(0));
  expect(queue.bodies).toHaveLength(1000);
  const its = queue.bodies.filter((body) => JSON.parse(body).to.shard.number === only?.number);
  expect(await deliver(its)).toEqual({ batchItemFailures: [] });
  expect(gateway.posts).toEqual([{ id, frame: expect.objectContaining({ topic: 'large', data: 1 }) }]);
});
const shardsOf = (count: number) => Array.from({ length: count }, (_, number) => ({ topic: 'large', number }));

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
  const { connections, queue, deadLetters, management, clock, logger, metrics, gateway } = lanes();
  const deliver = createHandler({ connections, queue, deadLetters, outbox: management, clock, logger, metrics });
  const late = { getRemainingTimeInMillis: () => 7_999 };
  expect(await deliver(sqsEvent([to('a=')]), late)).toEqual({ batchItemFailures: [] });
  expect(gateway.posts).toEqual([]);
  expect(queue.bodies.map((body) => JSON.parse(body))).toEqual([
    { messages, to: { connections: [named('a=')] }, attempt: 1, unmeasured: true },
  ]);
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
