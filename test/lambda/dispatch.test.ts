import type { DynamoDBRecord } from 'aws-lambda';
import { createHandler } from '../../lambda/dispatch';
import type { Message } from '../../client/protocol';
import type { Hint } from '../../lambda/realtime/ports';
import { failure } from '../support/memory/dynamodb';
import { HINT_AFTER, lanes } from './lanes';

function setUp() {
  const lane = lanes();
  const { marks, connections, queue, deadLetters, logger, metrics, log, clock, newId } = lane;
  const publish = (topic: string, ...data: (number | string)[]) =>
    Promise.all(
      data.map((each) => log.append({ topic, id: newId(), data: each, publishedAt: `${clock.now()}`, subject: '' })),
    );
  const dispatch = createHandler({ marks, connections, queue, deadLetters, logger, metrics });
  return { ...lane, publish, dispatch, queued: () => queue.bodies.map((body) => JSON.parse(body)) };
}

const BROKEN = { eventName: 'INSERT', dynamodb: { NewImage: {}, SequenceNumber: '700' } } as DynamoDBRecord;
const numberOf = (record: DynamoDBRecord | undefined) => record?.dynamodb?.SequenceNumber;

test('messages of a topic are sent to the queue together, once for each shard of the topic', async () => {
  const { dispatch, publish, subscribed, streamOf, queued, lines } = setUp();
  await subscribed('news');
  const messages = await publish('news', 1, 2);
  await publish('sports', 3);
  expect(await dispatch({ Records: streamOf('log', 'MESSAGE#') })).toEqual({ batchItemFailures: [] });
  expect(queued()).toEqual([{ messages, to: { shard: { topic: 'news', number: 0 } } }]);
  expect(lines).toEqual([]);
});

test('nothing is sent to the queue for a topic without subscribers', async () => {
  const { dispatch, publish, streamOf, queue } = setUp();
  await publish('news', 1);
  expect(await dispatch({ Records: streamOf('log', 'MESSAGE#') })).toEqual({ batchItemFailures: [] });
  expect(queue.bodies).toEqual([]);
});

test('the first message that the queue refuses is reported as failed, so that the stream retries from there', async () => {
  const { dispatch, publish, subscribed, streamOf, queue, deadLetters, lines } = setUp();
  await subscribed('news');
  await publish('news', 1, 2, 3);
  const [first, second, third] = streamOf('log', 'MESSAGE#') as [DynamoDBRecord, DynamoDBRecord, DynamoDBRecord];
  await dispatch({ Records: [first] });
  queue.refuse();
  expect(await dispatch({ Records: [second, third] })).toEqual({
    batchItemFailures: [{ itemIdentifier: numberOf(second) }],
  });
  expect(lines).toEqual([{ event: 'dispatch_failed', reason: 'queue' }]);
  expect(queue.bodies).toHaveLength(1);
  expect(deadLetters.letters).toEqual([]);
});

test('an unreadable record goes to the dead-letter queue at once, and all other records are sent', async () => {
  const { dispatch, publish, subscribed, streamOf, queue, deadLetters, lines } = setUp();
  await subscribed('news');
  await subscribed('sports');
  await publish('news', 1);
  await publish('sports', 2);
  const [first, second] = streamOf('log', 'MESSAGE#') as [DynamoDBRecord, DynamoDBRecord];
  expect(await dispatch({ Records: [first, BROKEN, second] })).toEqual({ batchItemFailures: [] });
  expect(queue.bodies).toHaveLength(2);
  expect(deadLetters.letters.map((letter) => JSON.parse(letter))).toEqual([BROKEN]);
  expect(lines).toEqual([
    expect.objectContaining({ event: 'record_unreadable', error: 'TypeError' }),
    { event: 'records_set_aside', records: 1 },
  ]);
});

test('a message that the queue never accepts goes to the dead-letter queue, and the others of its topic are sent', async () => {
  const { dispatch, publish, subscribed, streamOf, queue, deadLetters, queued } = setUp();
  await subscribed('news');
  await subscribed('sports');
  const [before, , after] = await publish('news', 'before', 'poison', 'after');
  await publish('sports', 'other');
  queue.neverAccept((body) => body.includes('poison'));
  expect(await dispatch({ Records: streamOf('log', 'MESSAGE#') })).toEqual({ batchItemFailures: [] });
  expect(queued().flatMap(({ messages }) => messages)).toEqual(
    expect.arrayContaining([before, after, expect.objectContaining({ data: 'other' })]),
  );
  expect(deadLetters.letters).toEqual([expect.stringContaining('poison')]);
});

test('a letter in the dead-letter queue is a record, and an event of letters sends their messages', async () => {
  const { dispatch, publish, subscribed, streamOf, queue, deadLetters, queued } = setUp();
  await subscribed('news');
  const messages = await publish('news', 'poison \uFFFF');
  queue.neverAccept(() => true);
  await dispatch({ Records: streamOf('log', 'MESSAGE#') });
  queue.neverAccept(() => false);
  const Records = deadLetters.letters.map((letter): DynamoDBRecord => JSON.parse(letter));
  expect(await dispatch({ Records })).toEqual({ batchItemFailures: [] });
  expect(queued().flatMap((delivery) => delivery.messages)).toEqual(messages);
});

test('a record is retried if neither queue accepts it', async () => {
  const { dispatch, publish, subscribed, streamOf, deadLetters } = setUp();
  await subscribed('news');
  await publish('news', 1);
  deadLetters.isDown = true;
  expect(await dispatch({ Records: [...streamOf('log', 'MESSAGE#'), BROKEN] })).toEqual({
    batchItemFailures: [{ itemIdentifier: '700' }],
  });
});

test('a record after the first one to retry is not set aside twice', async () => {
  const { dispatch, publish, subscribed, streamOf, queue, deadLetters } = setUp();
  await subscribed('news');
  await publish('news', 1);
  queue.refuse();
  const Records = [...streamOf('log', 'MESSAGE#'), BROKEN];
  expect(await dispatch({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: numberOf(Records[0]) }] });
  expect(deadLetters.letters).toEqual([]);
  await dispatch({ Records });
  expect(deadLetters.letters).toHaveLength(1);
});

test('one topic with 5,000 shards and 99 small topics take ten calls of the queue', async () => {
  const { dispatch, publish, subscribed, streamOf, connections, queue, queued } = setUp();
  await publish('large', 0);
  for (let topic = 1; topic < 100; topic++) {
    await subscribed(`small${topic}`);
    await publish(`small${topic}`, topic);
  }
  const { availableShards } = connections;
  const large = Array.from({ length: 5000 }, (_, number) => ({ topic: 'large', number }));
  connections.availableShards = async (topics) => (await availableShards.call(connections, topics)).set('large', large);
  expect(await dispatch({ Records: streamOf('log', 'MESSAGE#') })).toEqual({ batchItemFailures: [] });
  expect(queue.batches).toEqual(Array.from({ length: 10 }, () => 10));
  expect(queued().filter(({ to }) => to.topic === 'large')).toHaveLength(1);
  expect(queued().filter(({ to }) => to.shard)).toHaveLength(99);
});

test('a topic whose shards cannot be read goes to the queue with a delay of a second, and delays no other topic', async () => {
  const { dispatch, publish, subscribed, streamOf, connections, queue, queued } = setUp();
  await publish('throttled', 1);
  await subscribed('news');
  await publish('news', 2);
  const { availableShards } = connections;
  connections.availableShards = (topics) =>
    availableShards.call(
      connections,
      topics.filter((topic) => topic !== 'throttled'),
    );
  expect(await dispatch({ Records: streamOf('log', 'MESSAGE#') })).toEqual({ batchItemFailures: [] });
  expect(queued().map(({ to }) => to)).toEqual([{ shard: { topic: 'news', number: 0 } }, { topic: 'throttled' }]);
  expect(queue.delays).toEqual([0, 1]);
});

test('the messages of a hint are skipped if it is marked, and the others of the batch are sent', async () => {
  const { dispatch, publish, subscribed, streamOf, hints, marks, queued, clock } = setUp();
  await subscribed('news');
  await subscribed('sports');
  await publish('news', 1);
  await publish('news', 2, 3);
  await publish('sports', 4);
  clock.advance(HINT_AFTER + 1);
  await publish('news', 5);
  expect(hints.sent).toHaveLength(3);
  const [first, , third] = hints.sent as [Hint, Hint, Hint];
  await marks.mark(first);
  await marks.mark(third);
  expect(await dispatch({ Records: streamOf('log', 'MESSAGE#') })).toEqual({ batchItemFailures: [] });
  expect(queued().flatMap(({ messages }) => messages.map(({ data }: Message) => data))).toEqual([2, 3, 4]);
});

test('the messages of a group whose hint is marked are all skipped', async () => {
  const { dispatch, publish, subscribed, streamOf, hints, marks, queue, queued, clock } = setUp();
  await subscribed('news');
  await publish('news', 0);
  clock.advance(HINT_AFTER + 1);
  await publish('news', 1, 2, 3);
  const [hint] = hints.sent.slice(1) as [Hint];
  expect(hint).toMatchObject({ first: 2, last: 4 });
  const Records = streamOf('log', 'MESSAGE#').slice(1);
  expect(await dispatch({ Records })).toEqual({ batchItemFailures: [] });
  expect(queued().flatMap(({ messages }) => messages)).toHaveLength(3);
  queue.bodies.length = 0;
  await marks.mark(hint);
  expect(await dispatch({ Records })).toEqual({ batchItemFailures: [] });
  expect(queue.bodies).toEqual([]);
});

test('the messages of hints are sent if the marks cannot be read because of a permanent error', async () => {
  const { publish, subscribed, streamOf, queued, connections, queue, deadLetters, logger, metrics, lines } = setUp();
  await subscribed('news');
  await publish('news', 1);
  const marks = { pushed: () => Promise.reject(new RangeError('denied')) };
  const dispatch = createHandler({ marks, connections, queue, deadLetters, logger, metrics });
  expect(await dispatch({ Records: streamOf('log', 'MESSAGE#') })).toEqual({ batchItemFailures: [] });
  expect(queued()).toMatchObject([{ messages: [{ data: 1 }] }]);
  expect(lines).toEqual([expect.objectContaining({ event: 'marks_unreadable', error: 'RangeError' })]);
});

test('the messages of hints are sent if their marks cannot be read', async () => {
  const { dispatch, publish, subscribed, streamOf, hints, marks, queued, failNext } = setUp();
  await subscribed('news');
  await publish('news', 1);
  await Promise.all(hints.sent.map((hint) => marks.mark(hint)));
  failNext('BatchGetItem', failure('InternalServerError', 'no', {}, 500));
  expect(await dispatch({ Records: streamOf('log', 'MESSAGE#') })).toEqual({ batchItemFailures: [] });
  expect(queued().flatMap(({ messages }) => messages)).toHaveLength(1);
});

test('no mark is read for messages without a hint', async () => {
  const { dispatch, publish, streamOf, marks } = setUp();
  await publish('news', 1);
  await publish('news', 2, 3);
  const pushed = jest.spyOn(marks, 'pushed');
  await dispatch({ Records: streamOf('log', 'MESSAGE#').slice(1) });
  expect(pushed).not.toHaveBeenCalled();
  await dispatch({ Records: streamOf('log', 'MESSAGE#') });
  expect(pushed).toHaveBeenCalledTimes(1);
});

test('all records are retried after an unexpected error', async () => {
  const { publish, streamOf, marks, queue, deadLetters, logger, metrics, lines } = setUp();
  const availableShards = () => Promise.reject(new RangeError('no'));
  await publish('news', 1);
  const Records = streamOf('log', 'MESSAGE#');
  const dispatch = createHandler({ marks, connections: { availableShards }, queue, deadLetters, logger, metrics });
  expect(await dispatch({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: numberOf(Records[0]) }] });
  expect(lines).toEqual([expect.objectContaining({ event: 'dispatch_failed', error: 'RangeError' })]);
});
