import { DIRECT_ENTRIES, fanOut, messageLists } from '../../../lambda/realtime/fan-out';
import type { Delivery, Shard } from '../../../lambda/realtime/ports';
import type { Message } from '../../../client/protocol';
import { messageOf, messagesOf } from './message';

/** Creates topics with the given numbers of shards, and a queue that refuses selected deliveries. */
function setUp(counts: Record<string, number>, refuses: (delivery: Delivery) => boolean = () => false) {
  const enqueued: Delivery[] = [];
  const shards = new Map(
    Object.entries(counts).map(([topic, count]) => [
      topic,
      Array.from({ length: count }, (_, number): Shard => ({ topic, number })),
    ]),
  );
  const queue = {
    enqueue: async (deliveries: readonly Delivery[]) => {
      enqueued.push(...deliveries);
      return { transient: deliveries.filter(refuses), permanent: [] };
    },
  };
  return { enqueued, send: (messages: readonly Message[]) => fanOut(messages, shards, queue) };
}

const done = (enqueued: number) => ({ left: [], refused: [], enqueued });

it('fanOut() sends the messages of a topic together and in order to each of its shards', async () => {
  const { enqueued, send } = setUp({ a: 3, b: 1 });
  const [first, second, third] = [messageOf('a', 1), messageOf('b', 1), messageOf('a', 2)];
  expect(await send([first, second, third])).toEqual(done(4));
  expect(enqueued).toEqual([
    ...[0, 1, 2].map((number) => ({ messages: [first, third], to: { shard: { topic: 'a', number } } })),
    { messages: [second], to: { shard: { topic: 'b', number: 0 } } },
  ]);
});

it('fanOut() sends nothing to topics without subscribers', async () => {
  const { enqueued, send } = setUp({ a: 0 });
  expect(await send(messagesOf('a', 3))).toEqual(done(0));
  expect(enqueued).toEqual([]);
});

it('fanOut() returns the messages that the queue refused for a shard', async () => {
  const refuses = ({ to }: Delivery) => 'shard' in to && to.shard.topic === 'b' && to.shard.number === 1;
  const { send } = setUp({ a: 1, b: 2 }, refuses);
  const messages = [messageOf('a', 1), messageOf('b', 1), messageOf('a', 2), messageOf('b', 2)];
  expect(await send(messages)).toEqual({ left: [messages[1], messages[3]], refused: [], enqueued: 2 });
});

it('fanOut() counts the messages of a delivery that is never accepted as deliveries of their own', async () => {
  const shards = new Map([['a', [{ topic: 'a', number: 0 }]]]);
  const messages = messagesOf('a', 3);
  const queue = {
    enqueue: async (deliveries: readonly Delivery[]) => ({
      transient: [],
      permanent: deliveries.filter((each) => each.messages.some(({ sequence }) => sequence === 2)),
    }),
  };
  expect(await fanOut(messages, shards, queue)).toEqual({ left: [], refused: [messages[1]], enqueued: 2 });
});

it.each([
  ['a topic of 20 shards, with a message', 20, 1, 20],
  ['a topic of 21 shards, with a message', 21, 1, 1],
  ['a topic of 7 shards, with messages for three entries of each', 7, 9, 3],
])('fanOut() sends at most 20 entries, or one for each list of messages: %s', async (_, shards, count, entries) => {
  const { enqueued, send } = setUp({ a: shards });
  const messages = messagesOf('a', count, 'x'.repeat(31_000));
  expect(await send(messages)).toEqual(done(entries));
  expect(enqueued).toHaveLength(entries);
  expect(enqueued.every(({ to }) => 'topic' in to)).toBe(entries < DIRECT_ENTRIES);
  expect(new Set(enqueued.flatMap((delivery) => delivery.messages))).toEqual(new Set(messages));
});

it('messageLists() splits large messages so that a delivery of 256 KiB has room for connection ids', async () => {
  const messages = messagesOf('a', 20, 'x'.repeat(31_000));
  const lists = messageLists(messages);
  expect(lists.flat()).toEqual(messages);
  expect(lists.map((list) => list.length)).toEqual([3, 3, 3, 3, 3, 3, 2]);
  const bytes = (list: Message[]) => Buffer.byteLength(JSON.stringify(list));
  expect(Math.max(...lists.map(bytes))).toBeLessThan(101 * 1024);
});
