import fc from 'fast-check';
import { deliver, parseDelivery } from '../../../lambda/realtime/delivery';
import {
  CONNECTIONS_PER_READ,
  type Connection,
  type Delivery,
  type Outbox,
  Unavailable,
} from '../../../lambda/realtime/ports';
import type { Message, ServerFrame } from '../../../client/protocol';
import { ATTEMPTS } from '../../../lambda/realtime/requeueing';
import { ManualClock } from '../../support/memory/clock';
import { MemoryConnections } from '../../support/memory/connections';
import { messageOf, messagesOf } from './message';

const connectionOf = (id: string): Connection => ({ id, connectedAt: 100_000 });
const toConnections = (messages: Message[], ...ids: string[]): Delivery => ({
  messages,
  to: { connections: ids.map(connectionOf) },
});
const toShard = (messages: Message[], topic = 't'): Delivery => ({ messages, to: { shard: { topic, number: 0 } } });
const sequencesOf = (text: string) => {
  const frame = JSON.parse(text) as ServerFrame;
  return (frame.type === 'messages' ? frame.messages : [frame as unknown as Message]).map(({ sequence }) => sequence);
};

/** Creates subscribers of topics, an outbox that records posts, and a queue that refuses selected deliveries. */
async function setUp(
  topics: Record<string, string[]> = {},
  post: Outbox['post'] = async () => 'sent',
  refuses: (delivery: Delivery) => boolean = () => false,
) {
  const clock = new ManualClock(100_000);
  const connections = new MemoryConnections(clock);
  for (const id of new Set(Object.values(topics).flat())) {
    await connections.connect(connectionOf(id));
  }
  for (const [topic, ids] of Object.entries(topics)) {
    for (const id of ids) {
      await connections.subscribe(connectionOf(id), [topic]);
    }
  }
  const sent: { id: string; text: string }[] = [];
  const put: { delivery: Delivery; delaySeconds: number }[] = [];
  const outbox: Outbox = {
    post: async (id, text) => {
      const outcome = await post(id, text);
      if (outcome === 'sent') {
        sent.push({ id, text });
      }
      return outcome;
    },
  };
  const queue = {
    enqueue: async (deliveries: readonly Delivery[], delaySeconds = 0) => {
      put.push(...deliveries.map((delivery) => ({ delivery, delaySeconds })));
      return { transient: deliveries.filter(refuses), permanent: [] };
    },
  };
  return { clock, connections, sent, put, delivering: { outbox, connections, queue, clock, deadline: 105_000 } };
}

/** Delivers a message, and everything that is enqueued, each after its delay. @returns the latencies of all attempts, in milliseconds */
async function latenciesOf(delivery: Delivery, { clock, put, delivering }: Awaited<ReturnType<typeof setUp>>) {
  const latencies: number[] = [];
  for (let due = [{ delivery, delaySeconds: 0 }]; due.length > 0; due = put.splice(0)) {
    clock.advance(Math.max(...due.map(({ delaySeconds }) => delaySeconds)) * 1000);
    const deadline = clock.now() + 5000;
    const outcome = await deliver(
      due.map((each) => each.delivery),
      { ...delivering, deadline },
    );
    latencies.push(...outcome.latencies);
  }
  return latencies;
}

const busy = async (id: string) => (id.startsWith('busy') ? 'busy' : 'sent');

describe('the latency of a delivery', () => {
  const ids = Array.from({ length: 1000 }, (_, index) => `connection${index}`);
  const publishedAt = new Date(100_000).toISOString();
  const messages = messagesOf('t', 1).map((message) => ({ ...message, publishedAt }));

  it('is one value, and stays low, if one of 1,000 connections takes its frame only on the fourth attempt', async () => {
    let attempts = 0;
    const set = await setUp({}, async (id) => (id === 'connection0' && set.clock.now() < 107_000 ? 'busy' : 'sent'));
    const { post } = set.delivering.outbox;
    set.delivering.outbox.post = (id, text) => {
      attempts += id === 'connection0' ? 1 : 0;
      return post(id, text);
    };
    const latencies = await latenciesOf(toConnections(messages, ...ids), set);
    expect([new Set(set.sent.map(({ id }) => id)).size, attempts > 3]).toEqual([1000, true]);
    expect(latencies).toEqual([expect.any(Number)]);
    expect(latencies[0]).toBeLessThan(1000);
  });

  it('is measured for connections that an earlier attempt had no time for, and not for those that were busy', async () => {
    const set = await setUp({}, async (id) => {
      await set.clock.wait(50);
      return id === 'connection0' ? 'busy' : 'sent';
    });
    const first = await deliver([toConnections(messages, ...ids)], { ...set.delivering, deadline: 100_200 });
    expect(first).toMatchObject({ latencies: [expect.any(Number)], errors: [] });
    set.clock.advance(30_000);
    const again = {
      ...set.delivering,
      outbox: { post: async () => 'sent' as const },
      deadline: set.clock.now() + 5000,
    };
    const latenciesOfLeft = async (unmeasured?: true) => {
      const left = set.put.flatMap(({ delivery }) => (delivery.unmeasured === unmeasured ? [delivery] : []));
      return (await deliver(left, again)).latencies;
    };
    expect(set.put).toHaveLength(2);
    expect(await latenciesOfLeft()).toEqual([]);
    const [latency, ...others] = await latenciesOfLeft(true);
    expect(others).toEqual([]);
    expect(latency).toBeGreaterThan(30_000);
  });

  it('is measured by a later attempt if no connection took a frame before, as in an outage', async () => {
    const set = await setUp({}, async () => (set.clock.now() < 107_000 ? 'busy' : 'sent'));
    const latencies = await latenciesOf(toConnections(messages, 'a', 'b'), set);
    expect(latencies).toEqual([expect.any(Number)]);
    expect(latencies[0]).toBeGreaterThanOrEqual(7000);
  });
});

describe('a delivery', () => {
  it('to connections skips those whose authorization has expired', async () => {
    const { sent, clock, delivering } = await setUp();
    const seconds = clock.now() / 1000;
    const to = {
      connections: [
        connectionOf('a'),
        { ...connectionOf('b'), authorizedUntil: seconds },
        { ...connectionOf('c'), authorizedUntil: seconds + 1 },
      ],
    };
    expect(await deliver([{ messages: messagesOf('acme/t', 1), to }], delivering)).toMatchObject({ posts: 2 });
    expect(sent.map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it('to a shard posts its messages to every subscriber of the shard, in one frame each', async () => {
    const { sent, put, delivering } = await setUp({ t: ['a', 'b'], other: ['c'] });
    const outcome = await deliver([toShard(messagesOf('t', 3))], delivering);
    expect(outcome).toEqual({ posts: 2, left: 0, gone: 0, failed: [], dead: [], errors: [], latencies: [0, 0, 0] });
    expect(sent.map(({ id, text }) => [id, sequencesOf(text)])).toEqual([
      ['a', [1, 2, 3]],
      ['b', [1, 2, 3]],
    ]);
    expect(put).toEqual([]);
  });

  it('to connections posts its messages to them, regardless of their current subscriptions', async () => {
    const { sent, delivering } = await setUp({ t: ['a'] });
    await deliver([toConnections([messageOf('t', 1)], 'b', 'c')], delivering);
    expect(sent.map(({ id }) => id)).toEqual(['b', 'c']);
  });

  it('is combined with others for the same connection, in order and without duplicates', async () => {
    const { sent, delivering } = await setUp({ t: ['a', 'b'], u: ['b'] });
    const [one, two, three] = messagesOf('t', 3) as [Message, Message, Message];
    const other = messageOf('u', 9);
    const deliveries = [toShard([two, three]), toShard([other], 'u'), toShard([one, two]), toConnections([one], 'c')];
    await deliver(deliveries, delivering);
    expect(Object.fromEntries(sent.map(({ id, text }) => [id, sequencesOf(text)]))).toEqual({
      a: [1, 2, 3],
      b: [1, 2, 3, 9],
      c: [1],
    });
    expect(sent).toHaveLength(3);
  });

  it('to a shard with too many subscribers continues from its cursor in another invocation, without a delay', async () => {
    const ids = Array.from({ length: CONNECTIONS_PER_READ + 5 }, (_, index) => `c${String(index).padStart(4, '0')}`);
    const { sent, put, delivering } = await setUp({ t: ids });
    const delivery = toShard([messageOf('t', 1)]);
    expect(await deliver([delivery], delivering)).toMatchObject({ posts: CONNECTIONS_PER_READ, failed: [] });
    const shard = { topic: 't', number: 0 };
    expect(put).toEqual([
      { delivery: { messages: delivery.messages, to: { shard, after: 'c0249' } }, delaySeconds: 0 },
    ]);
    await deliver(
      put.map((each) => each.delivery),
      delivering,
    );
    expect(sent.map(({ id }) => id)).toEqual(ids);
    expect(put).toHaveLength(1);
  });

  it('fails unchanged if the queue refuses the rest of its shard', async () => {
    const ids = Array.from({ length: CONNECTIONS_PER_READ + 5 }, (_, index) => `c${index}`);
    const { sent, delivering } = await setUp({ t: ids }, undefined, () => true);
    const delivery = toShard([messageOf('t', 1)]);
    expect(await deliver([delivery], delivering)).toMatchObject({ failed: [delivery] });
    expect(sent).toEqual([]);
  });

  describe('whose shard cannot be read', () => {
    async function unreadable(refuses?: () => boolean) {
      const world = await setUp({}, undefined, refuses);
      world.connections.subscribers = async () => {
        throw new Unavailable();
      };
      return world;
    }

    it('returns to the queue with a delay of seconds, without affecting other deliveries', async () => {
      const { sent, put, delivering } = await unreadable();
      const unread = toShard([messageOf('t', 1)]);
      const outcome = await deliver([unread, toConnections([messageOf('t', 1)], 'a')], delivering);
      expect(outcome).toMatchObject({ failed: [], dead: [], errors: [expect.any(Unavailable)] });
      expect(sent.map(({ id }) => id)).toEqual(['a']);
      expect(put).toEqual([{ delivery: { ...unread, attempt: 1 }, delaySeconds: expect.any(Number) }]);
      expect([1, 2]).toContain(put[0]?.delaySeconds);
    });

    it('fails unchanged after the last attempt, so that it is received again later', async () => {
      const { put, delivering } = await unreadable();
      const unread = { ...toShard([messageOf('t', 1)]), attempt: ATTEMPTS };
      expect(await deliver([unread], delivering)).toMatchObject({ failed: [unread], dead: [] });
      expect(put).toEqual([]);
    });

    it('fails unchanged if the queue refuses it', async () => {
      const { delivering } = await unreadable(() => true);
      const unread = toShard([messageOf('t', 1)]);
      expect(await deliver([unread], delivering)).toMatchObject({ failed: [unread], dead: [] });
    });
  });

  it('whose shard was read at the last attempt requeues only the connections that are busy', async () => {
    const { put, delivering } = await setUp({ t: ['a', 'busy'] }, busy);
    const messages = [messageOf('t', 1)];
    const last = { ...toShard(messages), attempt: ATTEMPTS };
    expect(await deliver([last], delivering)).toMatchObject({ failed: [], dead: [] });
    expect(put.map(({ delivery }) => delivery)).toEqual([
      { messages, to: { connections: [connectionOf('busy')] }, attempt: 1 },
    ]);
  });

  it('to few connections is posted before one to many, so that slow connections of a topic do not delay others', async () => {
    const crowd = Array.from({ length: 100 }, (_, index) => `crowd${index}`);
    const { sent, delivering } = await setUp({ t: crowd, u: ['only'] });
    await deliver([toShard([messageOf('t', 1)]), toShard([messageOf('u', 1)], 'u')], delivering);
    expect(sent[0]?.id).toBe('only');
  });

  it('shares one read of its shard with other deliveries', async () => {
    const { connections, delivering } = await setUp({ t: ['a'] });
    const read = jest.spyOn(connections, 'subscribers');
    await deliver([toShard([messageOf('t', 1)]), toShard([messageOf('t', 2)])], delivering);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('is serialized once for all connections that get the same messages', async () => {
    const { sent, delivering } = await setUp({ t: ['a', 'b'] });
    const messages = messagesOf('t', 2);
    await deliver([toShard(messages), toConnections(messages, 'c')], delivering);
    const stringify = jest.spyOn(JSON, 'stringify');
    try {
      await deliver([toShard(messages), toConnections(messages, 'c'), toConnections(messages, 'd')], delivering);
      const frames = stringify.mock.calls.filter(([value]) => (value as ServerFrame)?.type === 'messages');
      expect(frames).toHaveLength(1);
    } finally {
      stringify.mockRestore();
    }
    expect(new Set(sent.map(({ text }) => text)).size).toBe(1);
  });
});

describe('the latency of a message', () => {
  const publishedAt = (message: Message, milliseconds: number): Message => ({
    ...message,
    publishedAt: new Date(milliseconds).toISOString(),
  });

  it('is the time from its publication to the last post of its delivery, and each delivery counts on its own', async () => {
    const { clock, delivering } = await setUp({ t: ['a', 'b'] });
    const outbox: Outbox = {
      post: async (id) => {
        await Promise.resolve(id === 'c' && new Promise(setImmediate));
        clock.advance({ a: 10, b: 100, c: 1000 }[id] ?? 0);
        return 'sent';
      },
    };
    const now = clock.now();
    const [one, two] = [publishedAt(messageOf('t', 1), now - 5), publishedAt(messageOf('t', 2), now - 7)];
    const first = await deliver([toShard([one, two])], { ...delivering, outbox });
    expect(first.latencies).toEqual([115, 117]);
    const again = publishedAt(messageOf('u', 1), clock.now());
    const both = await deliver([toConnections([again], 'a'), toConnections([again], 'a', 'c')], {
      ...delivering,
      outbox,
    });
    expect(both.latencies).toEqual([10, 1010]);
    const late = publishedAt(messageOf('u', 2), clock.now());
    expect((await deliver([toConnections([late], 'c', 'a')], { ...delivering, outbox })).latencies).toEqual([1010]);
  });

  it('is 0 if the clock of the publisher is ahead', async () => {
    const { clock, delivering } = await setUp({ t: ['a'] });
    const ahead = publishedAt(messageOf('t', 1), clock.now() + 500);
    expect((await deliver([toShard([ahead])], delivering)).latencies).toEqual([0]);
  });

  it('is not measured for a delivery of which no frame was sent: nobody received it, or all are busy or gone', async () => {
    const post: Outbox['post'] = async (id) => (id === 'gone' ? 'gone' : busy(id));
    const { delivering } = await setUp({ t: [], u: ['busy', 'gone'] }, post);
    const deliveries = [toShard([messageOf('t', 1)]), toShard([messageOf('u', 1)], 'u')];
    expect(await deliver(deliveries, delivering)).toMatchObject({ posts: 0, left: 1, gone: 1, latencies: [] });
  });
});

describe('a busy connection', () => {
  it('does not delay other connections, and returns to the queue with a delay', async () => {
    const { sent, put, delivering } = await setUp({ t: ['a', 'busy', 'z'] }, busy);
    const messages = messagesOf('t', 2);
    expect(await deliver([toShard(messages)], delivering)).toEqual({
      posts: 2,
      left: 1,
      gone: 0,
      failed: [],
      dead: [],
      errors: [],
      latencies: [0, 0],
    });
    expect(sent.map(({ id }) => id)).toEqual(['a', 'z']);
    expect(put).toEqual([
      {
        delivery: { messages, to: { connections: [connectionOf('busy')] }, attempt: 1 },
        delaySeconds: expect.any(Number),
      },
    ]);
    expect(put[0]?.delaySeconds).toBeGreaterThanOrEqual(1);
  });

  it('later gets only the messages that it has not received', async () => {
    const messages = messagesOf('t', 3, 'x'.repeat(20_000));
    let posts = 0;
    const { put, delivering } = await setUp({ t: ['a'] }, async () => (++posts === 1 ? 'sent' : 'busy'));
    await deliver([toShard(messages)], delivering);
    expect(put.flatMap(({ delivery }) => delivery.messages)).toEqual(messages.slice(1));
  });

  it('returns to the queue with a delay that doubles with every attempt, up to a minute', async () => {
    const waits: number[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { put, clock, delivering } = await setUp({}, busy);
      jest.spyOn(clock, 'random').mockReturnValue(0.999);
      await deliver([{ ...toConnections([messageOf('t', 1)], 'busy'), attempt }], delivering);
      expect(put[0]?.delivery.attempt).toBe(attempt + 1);
      waits.push(put[0]?.delaySeconds ?? 0);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32]);
  });

  it('makes its delivery a dead letter after the last attempt', async () => {
    const { put, delivering } = await setUp({}, busy);
    const last = { ...toConnections([messageOf('t', 1)], 'busy', 'a'), attempt: ATTEMPTS };
    expect(await deliver([last], delivering)).toMatchObject({ failed: [], dead: [last] });
    expect(put).toEqual([]);
  });

  it('does not fail other deliveries after its last attempt', async () => {
    const { put, delivering } = await setUp({ t: ['a', 'busy'] }, busy);
    const last = { ...toConnections([messageOf('t', 1)], 'busy'), attempt: ATTEMPTS };
    expect(await deliver([last, toShard([messageOf('t', 2)])], delivering)).toMatchObject({ failed: [], dead: [last] });
    expect(put.map(({ delivery }) => delivery.attempt)).toEqual([1]);
  });

  it('with many attempts does not prolong the delay of a connection of another topic', async () => {
    const { put, clock, delivering } = await setUp({}, busy);
    jest.spyOn(clock, 'random').mockReturnValue(0.999);
    const late = { ...toConnections([messageOf('t', 1)], 'busy1'), attempt: ATTEMPTS - 1 };
    await deliver([late, toConnections([messageOf('u', 1)], 'busy2')], delivering);
    expect(put.map(({ delivery, delaySeconds }) => [delivery.messages[0]?.topic, delaySeconds])).toEqual([
      ['t', 32],
      ['u', 2],
    ]);
  });

  it('keeps its number of attempts when a newer message joins, so that a steady flow does not retry it for ever', async () => {
    const { put, delivering } = await setUp({}, busy);
    const late = { ...toConnections([messageOf('t', 1)], 'busy'), attempt: ATTEMPTS - 1 };
    await deliver([late, toConnections([messageOf('t', 2)], 'busy')], delivering);
    expect(put.map(({ delivery: { messages, attempt } }) => [messages.length, attempt])).toEqual([[2, ATTEMPTS]]);
  });

  it('makes its delivery fail if the queue refuses it', async () => {
    const { delivering } = await setUp({ t: ['a', 'busy'] }, busy, () => true);
    const delivery = toShard([messageOf('t', 1)]);
    expect(await deliver([delivery], delivering)).toMatchObject({ failed: [delivery], left: 1 });
  });

  it('is any connection that cannot get its post before the deadline', async () => {
    const { sent, put, clock, delivering } = await setUp({ t: ['a', 'b'] });
    clock.advance(5001);
    expect(await deliver([toShard([messageOf('t', 1)])], delivering)).toMatchObject({ left: 2, failed: [] });
    expect(sent).toEqual([]);
    expect(put.map(({ delivery }) => delivery.to)).toEqual([{ connections: [connectionOf('a'), connectionOf('b')] }]);
  });
});

it('every subscriber gets every message, regardless of failures of the outbox and the queue', async () => {
  const outcome = fc.constantFrom('sent', 'busy', 'error');
  const script = fc.array(outcome, { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(script, { maxLength: 40 }),
      fc.array(fc.boolean(), { maxLength: 20 }),
      async (scripts, refusals) => {
        const ids = scripts.map((_, index) => `c${index}`);
        const left = new Map(ids.map((id, index) => [id, [...(scripts[index] ?? [])]]));
        const seen = new Map(ids.map((id) => [id, new Set<number>()]));
        const { put, delivering } = await setUp(
          { t: ids },
          async (id, text) => {
            const next = left.get(id)?.shift() ?? 'sent';
            if (next === 'error') {
              throw new Error('unexpected');
            }
            for (const sequence of next === 'sent' ? sequencesOf(text) : []) {
              seen.get(id)?.add(sequence);
            }
            return next as 'sent' | 'busy';
          },
          () => refusals.pop() ?? false,
        );
        const messages = messagesOf('t', 3, 'x'.repeat(15_000));
        // As the queue does: new entries are delivered, and failed ones again. An operator redrives dead letters.
        let due: Delivery[] = [toShard(messages.slice(0, 1)), toShard(messages.slice(1))];
        for (let invocation = 0; due.length > 0 && invocation < 100; invocation++) {
          const { failed, dead } = await deliver(due, { ...delivering, deadline: delivering.clock.now() + 5000 });
          const accepted = put.splice(0).map(({ delivery }) => delivery);
          due = [...failed, ...dead, ...accepted];
        }
        expect(due).toEqual([]);
        expect([...seen.values()].map((sequences) => [...sequences].sort())).toEqual(ids.map(() => [1, 2, 3]));
      },
    ),
    { numRuns: 100 },
  );
});

describe('a body from the queue', () => {
  it('is parsed to the delivery that was sent', () => {
    const toTopic: Delivery = { messages: messagesOf('t', 2), to: { topic: 't' } };
    const toRange: Delivery = { ...toTopic, to: { shards: { topic: 't', first: 4, count: 100 } } };
    for (const delivery of [toTopic, toRange, toShard(messagesOf('t', 2)), toConnections([messageOf('t', 1)], 'a')]) {
      expect(parseDelivery(JSON.stringify(delivery))).toEqual(delivery);
    }
  });

  it.each([
    '',
    'secret',
    'null',
    '[]',
    '{}',
    '{"messages":[]}',
    '{"messages":[],"to":{}}',
    '{"messages":[],"to":{"connections":"a"}}',
    '{"messages":[],"to":{"shard":{"topic":"#","number":0}}}',
    '{"messages":[],"to":{"shard":null}}',
    '{"messages":[],"to":{"shards":null}}',
    '{"messages":[],"to":{"shards":{"topic":"t","first":0,"count":101}}}',
    '{"messages":[],"to":{"shards":{"topic":"t","first":0,"count":0}}}',
    '{"messages":[],"to":{"shards":{"topic":"t","count":1}}}',
    '{"messages":{},"to":{"connections":[]}}',
    '{"messages":[],"to":{"topic":"#"}}',
    '{"messages":[],"to":{"connections":[null]}}',
    '{"messages":[null],"to":{"connections":[]}}',
    '{"messages":[{"topic":1,"epoch":"e","sequence":1}],"to":{"connections":[]}}',
    '{"messages":[{"topic":"t","sequence":1}],"to":{"connections":[]}}',
    '{"messages":[{"topic":"t","epoch":"e","sequence":"1"}],"to":{"connections":[]}}',
  ])('is refused if it is %p', (body) => {
    expect(() => parseDelivery(body)).toThrow();
  });
});
