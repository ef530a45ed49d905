import { deliver } from '../../../lambda/realtime/delivery';
import { type Delivery, type DeliveryQueue, type Shard, Unavailable } from '../../../lambda/realtime/ports';
import { ATTEMPTS } from '../../../lambda/realtime/requeueing';
import { ManualClock } from '../../support/memory/clock';
import { messageOf } from './message';

const messages = [messageOf('t', 1)];
const toTopic = (topic = 't'): Delivery => ({ messages, to: { topic } });
const numbersOf = (deliveries: readonly Delivery[]) =>
  deliveries.map(({ to }) => ('shard' in to ? to.shard.number : undefined));
const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);
const ACCEPTED = { transient: [], permanent: [] };

/** Creates a topic with a number of shards, and a queue with the given answers, then one that accepts all. */
function setUp(
  count: number,
  ...answers: ((deliveries: readonly Delivery[]) => ReturnType<DeliveryQueue['enqueue']>)[]
) {
  const clock = new ManualClock(100_000);
  const put: { delivery: Delivery; delaySeconds: number }[] = [];
  const posts: string[] = [];
  const connections = {
    shards: async ([topic = '']: readonly string[]): Promise<Shard[]> =>
      upTo(count).map((number) => ({ topic, number })),
    subscribers: () => Promise.reject(new Unavailable()),
    forget: async () => undefined,
  };
  const queue: DeliveryQueue = {
    enqueue: async (deliveries, delaySeconds = 0) => {
      put.push(...deliveries.map((delivery) => ({ delivery, delaySeconds })));
      return deliveries.length > 0 ? (answers.shift()?.(deliveries) ?? ACCEPTED) : ACCEPTED;
    },
  };
  const outbox = {
    post: async (id: string) => {
      posts.push(id);
      return 'sent' as const;
    },
  };
  return { clock, put, posts, connections, delivering: { connections, queue, outbox, clock, deadline: 105_000 } };
}

it('a delivery to a topic is replaced with one for each of its shards, in an order that differs each time', async () => {
  const orders = new Set<string>();
  for (let time = 0; time < 3; time++) {
    const { put, delivering } = setUp(50);
    expect(await deliver([toTopic()], delivering)).toMatchObject({
      posts: 0,
      left: 0,
      failed: [],
      dead: [],
      errors: [],
    });
    const numbers = numbersOf(put.map(({ delivery }) => delivery));
    expect([...numbers].sort((a = 0, b = 0) => a - b)).toEqual(upTo(50));
    expect(put.every(({ delivery, delaySeconds }) => delivery.messages === messages && delaySeconds === 0)).toBe(true);
    orders.add(numbers.join());
  }
  expect(orders.size).toBe(3);
});

it('only the shards that the queue did not accept are enqueued again', async () => {
  const { put, delivering } = setUp(30, async (all) => ({ transient: all.slice(10), permanent: [] }));
  expect(await deliver([toTopic()], delivering)).toMatchObject({ failed: [], dead: [] });
  expect(put).toHaveLength(30 + 20);
});

it('a delivery to a topic fails unchanged if the queue does not accept all shards before the deadline', async () => {
  const delivery = toTopic();
  const down = Array.from({ length: 1000 }, () => async (all: readonly Delivery[]) => ({
    transient: [...all],
    permanent: [],
  }));
  const { clock, delivering } = setUp(30, ...down);
  expect(await deliver([delivery], delivering)).toMatchObject({ failed: [delivery], dead: [] });
  expect(clock.now()).toBeLessThanOrEqual(105_000);
});

it('a delivery to a topic is a dead letter if the queue never accepts it', async () => {
  const delivery = toTopic();
  const { delivering } = setUp(3, async (all) => ({ transient: [], permanent: [...all] }));
  expect(await deliver([delivery], delivering)).toMatchObject({ failed: [], dead: [delivery] });
});

it('a topic whose shards cannot be read returns to the queue with a delay, and the others are delivered', async () => {
  const { put, posts, connections, delivering } = setUp(1);
  const { shards } = connections;
  connections.shards = async (topics) =>
    topics.includes('malformed') ? Promise.reject(new TypeError()) : shards(topics);
  const toConnection = { messages, to: { connections: [{ id: 'a', connectedAt: 0 }] } };
  const outcome = await deliver([toTopic('malformed'), toTopic(), toConnection], delivering);
  expect(outcome).toMatchObject({ posts: 1, failed: [], dead: [], errors: [expect.any(TypeError)] });
  expect(posts).toEqual(['a']);
  expect(put).toEqual([
    { delivery: { messages, to: { shard: { topic: 't', number: 0 } } }, delaySeconds: 0 },
    { delivery: { ...toTopic('malformed'), attempt: 1 }, delaySeconds: expect.any(Number) },
  ]);
  expect([1, 2]).toContain(put[1]?.delaySeconds);
});

it('a topic whose shards cannot be read at the last attempt fails unchanged', async () => {
  const { put, connections, delivering } = setUp(1);
  connections.shards = () => Promise.reject(new Unavailable());
  const last = { ...toTopic(), attempt: ATTEMPTS };
  expect(await deliver([last], delivering)).toMatchObject({ failed: [last], dead: [] });
  expect(put).toEqual([]);
});

describe('a topic with 16,384 shards and a burst of 30 messages of 1 kB', () => {
  const data = 'x'.repeat(1000);
  const burst = upTo(30).map((sequence) => ({ ...messageOf('t', sequence + 1), data }));
  const bytesOf = (all: { delivery: Delivery }[]) =>
    all.reduce((sum, { delivery }) => sum + Buffer.byteLength(JSON.stringify(delivery)), 0);

  it('is enqueued as ranges of at most 100 shards, and an invocation with 10 ranges enqueues an entry for each shard', async () => {
    const topic = setUp(16_384);
    await deliver([{ messages: burst, to: { topic: 't' } }], topic.delivering);
    expect(topic.put).toHaveLength(164);
    expect(bytesOf(topic.put)).toBeLessThan(6e6);
    const ranges = topic.put.map(({ delivery }) => delivery);
    let largest = 0;
    const numbers: (number | undefined)[] = [];
    for (let start = 0; start < ranges.length; start += 10) {
      const { put, delivering } = setUp(0);
      expect(await deliver(ranges.slice(start, start + 10), delivering)).toMatchObject({ failed: [], dead: [] });
      expect(put.length).toBeLessThanOrEqual(1000);
      largest = Math.max(largest, bytesOf(put));
      numbers.push(...numbersOf(put.map(({ delivery }) => delivery)));
    }
    expect(largest).toBeLessThan(36e6);
    expect(numbers.sort((a = 0, b = 0) => a - b)).toEqual(upTo(16_384));
  });

  it('fails unchanged if the deadline passes while its ranges are enqueued, and nothing is enqueued after that', async () => {
    const { clock, put, delivering } = setUp(16_384, async () => {
      clock.advance(5001);
      return ACCEPTED;
    });
    const delivery = { messages: burst, to: { topic: 't' } };
    expect(await deliver([delivery], delivering)).toMatchObject({ failed: [delivery], dead: [] });
    expect(put).toHaveLength(100);
  });

  it('does not delay a small topic in the same invocation', async () => {
    const { connections, put, delivering } = setUp(16_384);
    const { shards } = connections;
    connections.shards = async (topics) =>
      topics.includes('small') ? [{ topic: 'small', number: 0 }] : shards(topics);
    await deliver([{ messages: burst, to: { topic: 't' } }, toTopic('small')], delivering);
    expect(put[0]?.delivery).toEqual({ messages, to: { shard: { topic: 'small', number: 0 } } });
  });
});

it('ranges have no shards that the topic does not have', async () => {
  const { connections, put, delivering } = setUp(0);
  const [old, current] = [upTo(150), upTo(30).map((number) => 600 + number)];
  connections.shards = async () => [...old, ...current].map((number) => ({ topic: 't', number }));
  await deliver([toTopic()], delivering);
  const ranges = put.splice(0).map(({ delivery }) => delivery);
  expect(ranges.map(({ to }) => to)).toEqual(
    expect.arrayContaining([
      { shards: { topic: 't', first: 0, count: 100 } },
      { shards: { topic: 't', first: 100, count: 50 } },
      { shards: { topic: 't', first: 600, count: 30 } },
    ]),
  );
  await deliver(ranges, delivering);
  expect(numbersOf(put.map(({ delivery }) => delivery)).sort((a = 0, b = 0) => a - b)).toEqual([...old, ...current]);
});
