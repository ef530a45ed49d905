import { fanOut, messageLists } from '../../../lambda/realtime/fan-out';
import type { Delivery, Shard } from '../../../lambda/realtime/ports';
import type { Message } from '../../../lambda/realtime/protocol';
import { messageOf, messagesOf } from './message';

/** Topics with so many shards each, and a queue that refuses what it is told to. */
function setUp(counts: Record<string, number>, refuses: (delivery: Delivery) => boolean = () => false) {
  const enqueued: Delivery[] = [];
  const asked: string[][] = [];
  const connections = {
    shards: async (topics: readonly string[]): Promise<Shard[]> => {
      asked.push([...topics]);
      return topics.flatMap((topic) => Array.from({ length: counts[topic] ?? 0 }, (_, number) => ({ topic, number })));
    },
  };
  const queue = {
    enqueue: async (deliveries: readonly Delivery[]) => {
      enqueued.push(...deliveries);
      return deliveries.filter(refuses);
    },
  };
  return { asked, enqueued, fanningOut: { connections, queue } };
}

it('hands the messages of a topic together to each of its shards, in their order', async () => {
  const { enqueued, fanningOut } = setUp({ a: 3, b: 1 });
  const [first, second, third] = [messageOf('a', 1), messageOf('b', 1), messageOf('a', 2)];
  expect(await fanOut([first, second, third], fanningOut)).toBeUndefined();
  expect(enqueued).toEqual([
    ...[0, 1, 2].map((number) => ({ messages: [first, third], to: { shard: { topic: 'a', number } } })),
    { messages: [second], to: { shard: { topic: 'b', number: 0 } } },
  ]);
});

it('asks once where the subscribers of all topics are', async () => {
  const { asked, fanningOut } = setUp({});
  await fanOut([messageOf('a', 1), messageOf('b', 1), messageOf('a', 2)], fanningOut);
  expect(asked).toEqual([['a', 'b']]);
});

it('has nothing to hand over where nobody is subscribed', async () => {
  const { enqueued, fanningOut } = setUp({});
  expect(await fanOut(messagesOf('a', 3), fanningOut)).toBeUndefined();
  expect(enqueued).toEqual([]);
});

it('names the first message that the queue did not take for every shard', async () => {
  const refuses = ({ to }: Delivery) => 'shard' in to && to.shard.topic === 'b' && to.shard.number === 1;
  const { fanningOut } = setUp({ a: 1, b: 2 }, refuses);
  const messages = [messageOf('a', 1), messageOf('b', 1), messageOf('a', 2), messageOf('b', 2)];
  expect(await fanOut(messages, fanningOut)).toBe(messages[1]);
});

it('hands large messages over in deliveries that leave room for names in 256 KiB', async () => {
  const messages = messagesOf('a', 20, 'x'.repeat(31_000));
  const lists = messageLists(messages);
  expect(lists.flat()).toEqual(messages);
  expect(lists.map((list) => list.length)).toEqual([3, 3, 3, 3, 3, 3, 2]);
  const bytes = (list: Message[]) => Buffer.byteLength(JSON.stringify(list));
  expect(Math.max(...lists.map(bytes))).toBeLessThan(101 * 1024);
});
