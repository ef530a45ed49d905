import type { DynamoDBRecord } from 'aws-lambda';
import { createHandler } from '../../lambda/dispatch';
import { lanes } from './lanes';

function setUp() {
  const lane = lanes();
  const { connections, queue, logger, log, clock, newId } = lane;
  const publish = (topic: string, ...data: number[]) =>
    Promise.all(data.map((each) => log.append({ topic, id: newId(), data: each, publishedAt: `${clock.now()}` })));
  return { ...lane, publish, dispatch: createHandler({ connections, queue, logger }) };
}

const BROKEN = { eventName: 'INSERT', dynamodb: { NewImage: {}, SequenceNumber: '700' } } as DynamoDBRecord;

test('messages of a topic are sent to the queue together, once for each shard of the topic', async () => {
  const { dispatch, publish, subscribed, streamOf, queue, lines } = setUp();
  await subscribed('news');
  const messages = await publish('news', 1, 2);
  await publish('sports', 3);
  expect(await dispatch({ Records: streamOf('log', 'MESSAGE#') })).toEqual({ batchItemFailures: [] });
  expect(queue.bodies.map((body) => JSON.parse(body))).toEqual([
    { messages, to: { shard: { topic: 'news', number: 0 } } },
  ]);
  expect(lines).toEqual([]);
});

test('nothing is sent to the queue for a topic without subscribers', async () => {
  const { dispatch, publish, streamOf, queue } = setUp();
  await publish('news', 1);
  expect(await dispatch({ Records: streamOf('log', 'MESSAGE#') })).toEqual({ batchItemFailures: [] });
  expect(queue.bodies).toEqual([]);
});

test('the first message that the queue refuses is reported as failed, so that the stream retries from there', async () => {
  const { dispatch, publish, subscribed, streamOf, queue, lines } = setUp();
  await subscribed('news');
  await publish('news', 1, 2, 3);
  const [first, second, third] = streamOf('log', 'MESSAGE#') as [DynamoDBRecord, DynamoDBRecord, DynamoDBRecord];
  await dispatch({ Records: [first] });
  queue.refuse();
  expect(await dispatch({ Records: [second, third] })).toEqual({
    batchItemFailures: [{ itemIdentifier: second.dynamodb?.SequenceNumber }],
  });
  expect(lines).toEqual([{ event: 'dispatch_failed', reason: 'queue' }]);
  expect(queue.bodies).toHaveLength(1);
});

test('an unreadable record is reported as failed, and the messages before it are sent', async () => {
  const { dispatch, publish, subscribed, streamOf, queue, lines } = setUp();
  await subscribed('news');
  await publish('news', 1);
  expect(await dispatch({ Records: [...streamOf('log', 'MESSAGE#'), BROKEN] })).toEqual({
    batchItemFailures: [{ itemIdentifier: '700' }],
  });
  expect(queue.bodies).toHaveLength(1);
  expect(lines).toEqual([expect.objectContaining({ event: 'dispatch_failed', error: 'TypeError' })]);
});

test('all records are retried if the shards cannot be read', async () => {
  const { publish, subscribed, streamOf, queue, logger, lines } = setUp();
  const shards = () => Promise.reject(new RangeError('no'));
  await subscribed('news');
  await publish('news', 1);
  const Records = streamOf('log', 'MESSAGE#');
  expect(await createHandler({ connections: { shards }, queue, logger })({ Records })).toEqual({
    batchItemFailures: [{ itemIdentifier: Records[0]?.dynamodb?.SequenceNumber }],
  });
  expect(lines).toEqual([expect.objectContaining({ event: 'dispatch_failed', error: 'RangeError' })]);
});
