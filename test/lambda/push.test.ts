import { createHandler as createDispatch } from '../../lambda/dispatch';
import { createHandler } from '../../lambda/push';
import { PUSHED_UNTIL } from '../../lambda/realtime/pushing';
import { cancelled, failure } from '../support/memory/dynamodb';
import { HINT_AFTER, lanes, sqsEvent } from './lanes';

function setUp() {
  const lane = lanes();
  const { marks, connections, queue, management, clock, logger, metrics, log, newId, hints, deadLetters, streamOf } =
    lane;
  const push = createHandler({ log: marks, connections, queue, outbox: management, clock, logger, metrics });
  const dispatch = createDispatch({ marks, connections, queue, deadLetters, logger, metrics });
  const publish = (topic: string, ...data: (number | string)[]) =>
    Promise.all(
      data.map((each) =>
        log.append({ topic, id: newId(), data: each, publishedAt: new Date(clock.now()).toISOString(), subject: '' }),
      ),
    );
  const bodies = () => hints.sent.map((hint) => JSON.stringify(hint));
  return {
    ...lane,
    publish,
    bodies,
    push: (texts: readonly string[] = bodies(), sentAt = clock.now()) => push(sqsEvent(texts, sentAt)),
    /** Runs dispatch for all messages of the log. @returns the data of those that it sends to the queue */
    async dispatched(): Promise<unknown[]> {
      const before = queue.bodies.length;
      expect(await dispatch({ Records: streamOf('log', 'MESSAGE#') })).toEqual({ batchItemFailures: [] });
      return queue.bodies
        .slice(before)
        .flatMap((body) => JSON.parse(body).messages.map(({ data }: { data: unknown }) => data));
    },
  };
}

const pushed = (counts: { hints: number; pushed: number; posts: number }) => ({ event: 'pushed', ...counts });

test('a message that follows a pause is posted to the subscribers of its topic at once, and the stream skips it', async () => {
  const { publish, push, subscribed, gateway, queue, lines, dispatched } = setUp();
  const [one, other] = [await subscribed('news'), await subscribed('news')];
  await subscribed('sports');
  await publish('news', 'naïve 🌍');
  await push();
  const frame = expect.objectContaining({ type: 'message', topic: 'news', sequence: 1, data: 'naïve 🌍' });
  expect(gateway.posts).toHaveLength(2);
  expect(gateway.posts).toEqual(expect.arrayContaining([one, other].map(({ id }) => ({ id, frame }))));
  expect(queue.bodies).toEqual([]);
  expect(lines).toEqual([pushed({ hints: 1, pushed: 1, posts: 2 })]);
  expect(await dispatched()).toEqual([]);
});

test('the messages without a hint are left to the stream, which pushes each message that was not pushed', async () => {
  const { publish, push, subscribed, gateway, dispatched, clock } = setUp();
  await subscribed('news');
  await publish('news', 1);
  await publish('news', 2, 3);
  clock.advance(HINT_AFTER + 1);
  await publish('news', 4);
  await push();
  const frames = gateway.posts.map(({ frame }) => frame);
  expect(JSON.stringify(frames)).toMatch(/"data":1.*"data":4/);
  expect(await dispatched()).toEqual([2, 3]);
});

test('a message is pushed only within its tenant, with the topic name that clients use', async () => {
  const { publish, push, subscribed, gateway } = setUp();
  const { id } = await subscribed('acme/news');
  await subscribed('rival/news');
  await publish('acme/news', 1);
  await push();
  expect(gateway.posts).toEqual([{ id, frame: expect.objectContaining({ topic: 'news', data: 1 }) }]);
});

test('a topic without subscribers is marked as pushed', async () => {
  const { publish, push, lines, dispatched, subscribed } = setUp();
  await publish('news', 1);
  await push();
  expect(lines).toEqual([pushed({ hints: 1, pushed: 1, posts: 0 })]);
  await subscribed('news');
  expect(await dispatched()).toEqual([]);
});

test('a repeated hint posts nothing, in the same batch or in a later one', async () => {
  const { publish, push, subscribed, gateway, bodies, lines } = setUp();
  await subscribed('news');
  await publish('news', 1);
  await push([...bodies(), ...bodies()]);
  await push();
  expect(gateway.posts).toHaveLength(1);
  expect(lines).toEqual([pushed({ hints: 2, pushed: 1, posts: 1 }), pushed({ hints: 1, pushed: 0, posts: 0 })]);
});

test.each([
  ['that begins earlier', { first: 2 }],
  ['that begins later', { first: 4 }],
  ['that ends earlier', { last: 3 }],
  ['that ends later', { last: 5 }],
  ['of messages that had none', { first: 2, last: 2 }],
  ['of messages that do not exist', { first: 5, last: 5 }],
  ['of another epoch', { epoch: 'another' }],
  ['of another topic', { topic: 'rival/news' }],
])('a forged hint %s posts nothing and marks nothing', async (_, forged) => {
  const { publish, push, subscribed, hints, gateway, dispatched, clock, dynamo, lines, failTransaction } = setUp();
  await subscribed('acme/news');
  await publish('acme/news', 'before');
  await publish('acme/news', 'at once');
  clock.advance(HINT_AFTER + 1);
  failTransaction(cancelled([{ Code: 'TransactionConflict' }]));
  await publish('acme/news', 'hinted', 'together');
  const [, hint] = hints.sent;
  expect(hint).toMatchObject({ first: 3, last: 4 });
  await push([JSON.stringify({ ...hint, ...forged })]);
  expect(gateway.posts).toEqual([]);
  expect(dynamo.items('log').filter(({ pk }) => pk.startsWith('PUSHED#'))).toEqual([]);
  expect(lines).toEqual([pushed({ hints: 1, pushed: 0, posts: 0 })]);
  expect(await dispatched()).toEqual(['before', 'at once', 'hinted', 'together']);
});

test('one bad hint does not stop the others of its batch, and its text is not logged', async () => {
  const { publish, push, subscribed, gateway, lines, bodies } = setUp();
  await subscribed('news');
  await publish('news', 1);
  await push(['secret, not JSON', '{}', ...bodies()]);
  expect(gateway.posts).toHaveLength(1);
  expect(lines).toEqual([
    expect.objectContaining({ event: 'hint_unreadable', error: 'SyntaxError' }),
    expect.objectContaining({ event: 'hint_unreadable', error: 'Error' }),
    pushed({ hints: 3, pushed: 1, posts: 1 }),
  ]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});

test('a hint that was in the queue for 2 seconds is dropped without a read', async () => {
  const { publish, push, subscribed, gateway, lines, dynamo, clock, bodies } = setUp();
  await subscribed('news');
  await publish('news', 1);
  const call = jest.spyOn(dynamo, 'call');
  await push(bodies(), clock.now() - PUSHED_UNTIL);
  expect(call).not.toHaveBeenCalled();
  expect(gateway.posts).toEqual([]);
  expect(lines).toEqual([pushed({ hints: 1, pushed: 0, posts: 0 })]);
  await push(bodies(), clock.now() - PUSHED_UNTIL + 1);
  expect(gateway.posts).toHaveLength(1);
});

test('a hint of messages that were published 2 seconds ago posts nothing, so that it cannot be forged later', async () => {
  const { publish, push, subscribed, gateway, clock, dispatched, bodies } = setUp();
  await subscribed('news');
  await publish('news', 1);
  clock.advance(PUSHED_UNTIL);
  await push(bodies(), clock.now());
  expect(gateway.posts).toEqual([]);
  expect(await dispatched()).toEqual([1]);
});

test('a hint whose mark cannot be written is reported, and its messages are pushed from the stream again', async () => {
  const { publish, push, subscribed, gateway, lines, dispatched, failNext } = setUp();
  await subscribed('news');
  await subscribed('sports');
  await publish('news', 1);
  await publish('sports', 2);
  failNext('PutItem', failure('AccessDeniedException', 'no'));
  await push();
  expect(gateway.posts).toHaveLength(2);
  expect(lines).toEqual([
    expect.objectContaining({ event: 'push_failed', errors: 1, error: 'AccessDeniedException' }),
    pushed({ hints: 2, pushed: 2, posts: 2 }),
  ]);
  expect(await dispatched()).toHaveLength(1);
});

test('a hint whose messages cannot be read is reported, and the others of its batch are pushed', async () => {
  const { publish, push, subscribed, gateway, lines, dispatched, failNext } = setUp();
  await subscribed('news');
  await subscribed('sports');
  await publish('news', 1);
  await publish('sports', 2);
  failNext('BatchGetItem', failure('AccessDeniedException', 'no'));
  await push();
  expect(gateway.posts).toHaveLength(1);
  expect(lines).toEqual([
    expect.objectContaining({ event: 'push_failed', errors: 1, error: 'AccessDeniedException' }),
    pushed({ hints: 2, pushed: 1, posts: 1 }),
  ]);
  expect(await dispatched()).toHaveLength(1);
});

test('a busy connection goes to the delivery queue by its id, and the hint is marked', async () => {
  const { publish, push, subscribed, gateway, queue, dispatched, lines } = setUp();
  const [slow, fine] = [await subscribed('news'), await subscribed('news')];
  gateway.statuses.set(slow.id, 429);
  await publish('news', 1);
  await push();
  expect(gateway.posts.map(({ id }) => id)).toEqual([fine.id]);
  expect(queue.bodies.map((body) => JSON.parse(body).to)).toEqual([{ connections: [slow] }]);
  expect(lines).toEqual([expect.objectContaining({ event: 'pushed', pushed: 1, posts: 1 })]);
  expect(await dispatched()).toEqual([]);
});

test('a hint is not marked if the delivery queue refuses its busy connections', async () => {
  const { publish, push, subscribed, gateway, queue, dispatched, lines } = setUp();
  const { id } = await subscribed('news');
  gateway.statuses.set(id, 429);
  await publish('news', 1);
  queue.refuse();
  await push();
  expect(lines).toEqual([expect.objectContaining({ event: 'pushed', pushed: 0, posts: 0 })]);
  expect(await dispatched()).toEqual([1]);
});
