import { push, PUSHED_UNTIL } from '../../../lambda/realtime/pushing';
import type { Delivery, Hint, Outbox, Shard } from '../../../lambda/realtime/ports';
import type { Message } from '../../../client/protocol';
import { ManualClock } from '../../support/memory/clock';
import { MemoryConnections } from '../../support/memory/connections';
import { messageOf } from './message';

const hintOf = (topic: string, first = 1, last = first): Hint => ({ topic, epoch: 'e', first, last });

interface Faults {
  /** Topics whose shard plans cannot be read. */
  unplanned: string[];
  post: Outbox['post'];
  refuses: (delivery: Delivery) => boolean;
  never: (delivery: Delivery) => boolean;
  /** Milliseconds between the publication of the messages and the push. */
  age: number;
}

/** Creates a log with the messages of hints, topics with numbers of shards, and a subscriber of each topic with one shard. */
async function setUp(counts: Record<string, number>, faults: Partial<Faults> = {}) {
  const clock = new ManualClock();
  const memory = new MemoryConnections(clock);
  const events: string[] = [];
  const sent: string[] = [];
  const put: Delivery[] = [];
  const delays: number[] = [];
  const marked: Hint[] = [];
  for (const topic of Object.keys(counts)) {
    const connection = { id: `of ${topic}`, connectedAt: clock.now() };
    await memory.connect(connection);
    await memory.subscribe(connection, [topic]);
  }
  const publishedAt = new Date(clock.now() - (faults.age ?? 0)).toISOString();
  const { post = async () => 'sent' as const, refuses = () => false, never = () => false, unplanned = [] } = faults;
  const pushing = {
    clock,
    log: {
      read: async ({ topic, first, last }: Hint): Promise<Message[]> => {
        events.push(`read ${topic}`);
        return Array.from({ length: last - first + 1 }, (_, index) => ({
          ...messageOf(topic, first + index),
          publishedAt,
        }));
      },
      mark: async (hint: Hint) => {
        events.push(`mark ${hint.topic}`);
        marked.push(hint);
      },
    },
    connections: {
      availableShards: async (topics: readonly string[]): Promise<Map<string, Shard[]>> => {
        events.push(`plans ${topics.join()}`);
        const planned = topics.filter((topic) => !unplanned.includes(topic));
        const shardsOf = (topic: string) =>
          Array.from({ length: counts[topic] ?? 0 }, (_, number) => ({ topic, number }));
        return new Map(planned.map((topic) => [topic, shardsOf(topic)]));
      },
      shards: (topics: readonly string[]) => memory.shards(topics),
      subscribers: (shard: Shard) => memory.subscribers(shard),
      forget: async () => undefined,
    },
    queue: {
      enqueue: async (deliveries: readonly Delivery[], delay = 0) => {
        delays.push(...deliveries.map(() => delay));
        put.push(...deliveries.filter((each) => !refuses(each) && !never(each)));
        return { transient: deliveries.filter(refuses), permanent: deliveries.filter(never) };
      },
    },
    outbox: {
      post: async (id: string, text: string) => {
        const outcome = await post(id, text);
        if (outcome === 'sent') {
          events.push(`post ${id}`);
          sent.push(id);
        }
        return outcome;
      },
    },
  };
  return { clock, events, sent, put, delays, marked, pushing, pushAll: (...hints: Hint[]) => push(hints, pushing) };
}

it('push() reads the shard plans after the messages, posts, and marks last', async () => {
  const { pushAll, events } = await setUp({ a: 1 });
  expect(await pushAll(hintOf('a'))).toMatchObject({ pushed: 1, posts: 1, errors: [] });
  expect(events).toEqual(['read a', 'plans a', 'post of a', 'mark a']);
});

it('push() enqueues an entry for each shard of a topic with several, and posts nothing', async () => {
  const { pushAll, put, sent, marked } = await setUp({ a: 3, b: 1 });
  const hints = [hintOf('a', 1, 2), hintOf('b')];
  expect(await pushAll(...hints)).toMatchObject({ pushed: 2, posts: 1, errors: [] });
  expect(put.map(({ to }) => to)).toEqual([0, 1, 2].map((number) => ({ shard: { topic: 'a', number } })));
  expect(put.every(({ messages }) => messages.map(({ sequence }) => sequence).join() === '1,2')).toBe(true);
  expect(sent).toEqual(['of b']);
  expect(new Set(marked)).toEqual(new Set(hints));
});

it('push() enqueues one entry for a topic with very many shards', async () => {
  const { pushAll, put, marked } = await setUp({ a: 1000 });
  await pushAll(hintOf('a'));
  expect(put.map(({ to }) => to)).toEqual([{ topic: 'a' }]);
  expect(marked).toHaveLength(1);
});

it('push() marks the hints of topics without subscribers', async () => {
  const { pushAll, put, marked } = await setUp({});
  expect(await pushAll(hintOf('a'))).toMatchObject({ pushed: 1, posts: 0, errors: [] });
  expect([put.length, marked.length]).toEqual([0, 1]);
});

it('push() leaves a topic whose plan cannot be read to the stream, and pushes the others', async () => {
  const { pushAll, put, sent, marked } = await setUp({ a: 1, b: 1 }, { unplanned: ['a'] });
  expect(await pushAll(hintOf('a'), hintOf('b'))).toMatchObject({ pushed: 1, posts: 1, errors: [] });
  expect([put, sent, marked]).toEqual([[], ['of b'], [hintOf('b')]]);
});

it.each(['refuses', 'never'] as const)(
  'push() does not mark a hint if the queue does not accept one of its entries (%s)',
  async (fault) => {
    const isSecond = ({ to }: Delivery) => 'shard' in to && to.shard.topic === 'a' && to.shard.number === 1;
    const { pushAll, marked } = await setUp({ a: 2, b: 2 }, { [fault]: isSecond });
    expect(await pushAll(hintOf('a'), hintOf('b'))).toMatchObject({ pushed: 1 });
    expect(marked).toEqual([hintOf('b')]);
  },
);

it('push() begins no post after 300 ms, enqueues the connections that are left without a delay, and marks the hint', async () => {
  const times: number[] = [];
  const { pushAll, clock, put, delays, marked } = await setUp(
    { a: 1 },
    {
      post: async () => {
        times.push(clock.now());
        clock.advance(50);
        return 'busy';
      },
    },
  );
  const start = clock.now();
  expect(await pushAll(hintOf('a'))).toMatchObject({ pushed: 1, posts: 0, errors: [] });
  expect(Math.max(...times) - start).toBeLessThanOrEqual(300);
  expect(put).toMatchObject([{ to: { connections: [{ id: 'of a' }] } }]);
  expect(delays).toEqual([0]);
  expect(marked).toHaveLength(1);
});

it('push() does not mark a hint whose busy connection the queue never accepts', async () => {
  const { pushAll, marked } = await setUp({ a: 1 }, { post: async () => 'busy', never: () => true });
  expect(await pushAll(hintOf('a'))).toMatchObject({ pushed: 0 });
  expect(marked).toEqual([]);
});

it('push() enqueues a connection after an unexpected error of its post, reports it, and marks the hint', async () => {
  const { pushAll, put, marked } = await setUp({ a: 1 }, { post: () => Promise.reject(new RangeError('broken')) });
  expect(await pushAll(hintOf('a'))).toMatchObject({ pushed: 1, posts: 0, errors: [new RangeError('broken')] });
  expect([put.length, marked.length]).toEqual([1, 1]);
});

it('push() does not mark a hint whose shard cannot be read if the queue refuses it, too', async () => {
  const { pushing, marked } = await setUp({ a: 1 }, { refuses: () => true });
  const subscribers = () => Promise.reject(new RangeError('broken'));
  const connections = { ...pushing.connections, subscribers };
  expect(await push([hintOf('a')], { ...pushing, connections })).toMatchObject({ pushed: 0 });
  expect(marked).toEqual([]);
});

it.each([
  [PUSHED_UNTIL - 1, 1],
  [PUSHED_UNTIL, 0],
])('push() reads no plan for messages that are too old: of %i ms, %i are pushed', async (age, count) => {
  const { pushAll, events, marked } = await setUp({ a: 1 }, { age });
  expect(await pushAll(hintOf('a'))).toMatchObject({ pushed: count });
  expect(events).toHaveLength(count ? 4 : 1);
  expect(marked).toHaveLength(count);
});

it('push() posts the messages of two hints of a topic in the order of their sequences, in one frame', async () => {
  const texts: string[] = [];
  const { pushAll } = await setUp({ a: 1 }, { post: async (_, text) => (texts.push(text), 'sent') });
  expect(await pushAll(hintOf('a', 3, 4), hintOf('a', 1))).toMatchObject({ pushed: 2, posts: 1, errors: [] });
  const [frame] = texts.map((text) => JSON.parse(text).messages.map(({ sequence }: Message) => sequence));
  expect(frame).toEqual([1, 3, 4]);
});

it('push() does nothing without hints', async () => {
  const { pushAll, events } = await setUp({});
  expect(await pushAll()).toMatchObject({ pushed: 0, posts: 0, errors: [] });
  expect(events).toEqual([]);
});

test('push() returns the number of connections that are gone, and the age of the messages that it posted', async () => {
  const post: Outbox['post'] = async (id) => (id === 'of b' ? 'gone' : 'sent');
  const { pushAll } = await setUp({ a: 1, b: 1, large: 3 }, { post, age: 40 });
  expect(await pushAll(hintOf('a', 1, 2), hintOf('b'), hintOf('large'))).toEqual({
    ...{ pushed: 3, posts: 1, left: 0, gone: 1, errors: [] },
    latencies: [40, 40],
  });
});
