import { cancelled } from '../../../tools/local';
import { ShardPlans } from '../../../lambda/adapters/shard-plans';
import { SubscriptionTable } from '../../../lambda/adapters/subscription-table';
import { Table } from '../../../lambda/adapters/table';
import type { OperationCaller } from '../../../lambda/aws/json-client';
import type { Connection } from '../../../lambda/realtime/ports';
import { FULL_SHARD } from '../../../lambda/realtime/sharding';
import { type EmbeddedDynamoDB, embeddedDynamoDB } from '../../support/embedded/dynamodb';
import { ManualClock } from '../../support/memory/clock';
import { MemoryMessageLog } from '../../support/memory/message-log';

const HOUR = 3_600_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const planKey = (topic: string) => ({ pk: `TOPIC#${topic}`, sk: 'SHARDS' });
/** Random values for which a subscription does, or does not, check the size of its shard. */
const [CHECK, NO_CHECK] = [0, 0.5];

let dynamo: EmbeddedDynamoDB;
beforeAll(async () => {
  dynamo = await embeddedDynamoDB('connections');
});
afterAll(() => dynamo.close());

let topics = 0;

/** @param random returns two values for each subscription: for its shard, and for the check of the shard's size */
function setUp(random: () => number = () => NO_CHECK) {
  topics += 1;
  const topic = `shards:${topics}`;
  const clock = new ManualClock(START, random);
  const table = new Table(dynamo.client, 'connections', clock);
  const connections = new SubscriptionTable(table, clock);
  const numbersOf = async () => (await connections.shards([topic])).map(({ number }) => number);
  const join = async (name: string): Promise<Connection> => {
    const connection = { id: `${topic}.${name}=`, connectedAt: clock.now() };
    await connections.connect(connection);
    expect(await connections.subscribe(connection, [topic])).toEqual(new Map([[topic, { subscription: '' }]]));
    return connection;
  };
  /** Writes rows of other subscribers to a shard. */
  const fill = (number: number, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        table.put({
          pk: `TOPIC#${topic}#${number}`,
          sk: `CONNECTION#other${index}`,
          connectedAt: START,
          expiresAt: START / 1000 + 7800,
        }),
      ),
    );
  return { topic, clock, table, connections, numbersOf, join, fill };
}

describe('a topic with a full shard', () => {
  it('gets more shards, in which later connections subscribe', async () => {
    const { topic, connections, numbersOf, join, fill } = setUp(() => CHECK);
    const early = await join('early');
    await fill(0, FULL_SHARD - 1);
    expect(await numbersOf()).toEqual([0]);
    await join('too-many');
    expect(await numbersOf()).toEqual([0, 1, 2, 3, 4]);
    const late = await join('late');
    expect((await connections.subscribers({ topic, number: 1 })).connections).toEqual([late]);

    // Earlier subscriptions stay in their shard.
    expect((await connections.subscribers({ topic, number: 0 })).connections).toContainEqual(early);
    await connections.unsubscribe(early, topic);
    expect((await connections.subscribers({ topic, number: 0 })).connections).not.toContainEqual(early);
    await connections.disconnect(late);
    expect((await connections.subscribers({ topic, number: 1 })).connections).toEqual([]);
  });

  it('gets more shards only once if several subscriptions find it full at the same time', async () => {
    const { numbersOf, join, fill } = setUp(() => CHECK);
    await join('first');
    await fill(0, FULL_SHARD);
    await Promise.all(['a', 'b', 'c', 'd'].map(join));
    expect(await numbersOf()).toEqual([0, 1, 2, 3, 4]);
  });

  it.each([
    [1 / 17, 5],
    [1 / 15, 1],
  ])(
    'has its size checked by one of 16 subscriptions: with the random number %d it has %i shards',
    async (random, shards) => {
      const { numbersOf, join, fill } = setUp(() => random);
      await fill(0, FULL_SHARD);
      await join('too-many');
      expect(await numbersOf()).toHaveLength(shards);
    },
  );

  it('does not have its size checked by every subscription', async () => {
    const { numbersOf, join, fill } = setUp(() => NO_CHECK);
    await join('first');
    await fill(0, FULL_SHARD);
    await join('second');
    expect(await numbersOf()).toEqual([0]);
  });
});

it('an unsubscribe that ends after a newer subscription of the same connection leaves the newer one complete', async () => {
  const { topic, table, connections } = setUp();
  const connection = { id: `${topic}=`, connectedAt: START };
  const subscribers = async () => (await connections.subscribers({ topic, number: 0 })).connections;
  await connections.connect(connection);
  await connections.subscribe(connection, [topic], '1');
  const transact = table.transact.bind(table);
  jest.spyOn(table, 'transact').mockImplementationOnce(async (writes) => {
    await connections.unsubscribe(connection, topic, '1');
    await connections.subscribe(connection, [topic], '2');
    return transact(writes);
  });
  await connections.unsubscribe(connection, topic, '1');
  expect(await subscribers()).toEqual([connection]);
  await connections.unsubscribe(connection, topic, '2');
  expect(await subscribers()).toEqual([]);
});

it('every connection whose position is before a message is among the subscribers, also while the topic gets more shards', async () => {
  const { topic, clock, connections, numbersOf, join, fill } = setUp(() => CHECK);
  const log = new MemoryMessageLog(clock, 3600, () => 'epoch');
  await join('first');
  await fill(0, FULL_SHARD);
  const subscribed: { id: string; sequence: number }[] = [];
  const found: { sequence: number; ids: Set<string> }[] = [];
  const subscribe = async (name: string) => {
    const { id } = await join(name);
    const { [topic]: position } = await log.positions([topic]);
    subscribed.push({ id, sequence: position?.sequence ?? 0 });
  };
  const publish = async (index: number) => {
    const message = await log.append({
      topic,
      id: `m${index}`,
      data: index,
      publishedAt: '2026-01-01T00:00:00.000Z',
      subject: '',
    });
    const shards = await connections.shards([topic]);
    const pages = await Promise.all(shards.map((shard) => connections.subscribers(shard)));
    const ids = new Set(pages.flatMap((page) => page.connections.map(({ id }) => id)));
    found.push({ sequence: message === 'conflict' ? 0 : message.sequence, ids });
  };
  const names = Array.from({ length: 30 }, (_, index) => `s${index}`);
  await Promise.all([
    ...[0, 1, 2].map(async (part) => {
      for (const name of names.filter((_, index) => index % 3 === part)) {
        await subscribe(name);
      }
    }),
    (async () => {
      for (let index = 0; index < 15; index++) {
        await publish(index);
      }
    })(),
  ]);
  expect((await numbersOf()).length).toBeGreaterThan(1);
  const missed = found.flatMap(({ sequence, ids }) =>
    subscribed.filter((each) => each.sequence < sequence && !ids.has(each.id)),
  );
  expect(missed).toEqual([]);
  expect(subscribed.some(({ sequence }) => sequence > 0 && sequence < 15)).toBe(true);
}, 20_000);

describe('a shard plan', () => {
  it('is renewed by subscriptions, and written at most once an hour', async () => {
    const { topic, clock, table, join } = setUp();
    await join('a');
    const written = await table.get(planKey(topic));
    clock.advance(HOUR);
    await join('b');
    expect(await table.get(planKey(topic))).toEqual(written);
    clock.advance(1000);
    await join('c');
    expect(await table.get(planKey(topic))).toMatchObject({
      expiresAt: written?.expiresAt + 3601,
      revision: written?.revision + 1,
    });
  });

  it('starts from the beginning after it has expired, even if DynamoDB has not deleted it yet', async () => {
    const { topic, clock, connections, numbersOf, join } = setUp();
    await join('a');
    clock.advance(4 * HOUR);
    expect(await numbersOf()).toEqual([]);
    const later = await join('b');
    expect((await connections.subscribers({ topic, number: 0 })).connections).toEqual([later]);
  });

  it('is read again after a concurrent write', async () => {
    const { topic, clock, table } = setUp();
    const plans = new ShardPlans(table, clock);
    const [one, other] = await Promise.all([plans.renew([topic]), plans.renew([topic])]);
    expect(one?.get(topic)?.generations).toEqual([{ first: 0, count: 1, since: START }]);
    expect(one).toEqual(other);
    expect(await table.get(planKey(topic))).toMatchObject({ revision: 1 });
  });

  it('that cannot be written is omitted, and makes its topic unavailable', async () => {
    const { topic, clock, connections } = setUp(() => 0.999);
    const connection = { id: `${topic}=`, connectedAt: START };
    await connections.connect(connection);
    const conflict = { answer: cancelled([{ Code: 'TransactionConflict' }]), done: false };
    // With the longest waits, 20 ms doubled up to 500 ms, 12 attempts begin within 4 s.
    dynamo.interrupt(...Array.from({ length: 12 }, () => conflict));
    expect(await connections.subscribe(connection, [topic])).toEqual(new Map([[topic, 'unavailable']]));
    expect(clock.now()).toBeLessThanOrEqual(START + 4000);
    expect(await connections.subscribe(connection, [topic])).toEqual(new Map([[topic, { subscription: '' }]]));
  });
});

describe('presence', () => {
  it('is an estimate if there are many shards, with exact: false', async () => {
    const { topic, clock, table, connections, fill } = setUp();
    const generations = [
      { first: 0, count: 1, since: clock.now() },
      { first: 1, count: 64, since: clock.now() },
    ];
    await table.put({ ...planKey(topic), generations, expiresAt: START / 1000 + 7800, revision: 1 });
    await fill(0, 7);
    await Promise.all(Array.from({ length: 64 }, (_, index) => fill(index + 1, 3)));
    expect(await connections.presence(topic)).toEqual({ subscribers: 7 + 64 * 3, exact: false });
  });
});

describe('the available shards', () => {
  it('omit a topic whose plan is malformed, whose error the read of this topic throws', async () => {
    const { topic, table, connections, join } = setUp();
    await join('subscriber');
    const malformed = `${topic}.malformed`;
    await table.put({
      pk: `TOPIC#${malformed}`,
      sk: 'SHARDS',
      generations: 'none',
      expiresAt: START / 1000 + 60,
      revision: 1,
    });
    expect(await connections.availableShards([malformed, topic])).toEqual(new Map([[topic, [{ topic, number: 0 }]]]));
    await expect(connections.shards([malformed])).rejects.toThrow(TypeError);
  });

  it('omit a topic whose reads DynamoDB throttles, after retries for 100 to 300 ms, and include all others', async () => {
    const { topic, clock, join } = setUp();
    await join('subscriber');
    const throttled = `${topic}.throttled`;
    const isThrottled = (key: unknown) => JSON.stringify(key).includes(throttled);
    const client: OperationCaller = {
      async call<Answer>(operation: string, input: object) {
        const { RequestItems } = input as { RequestItems: { connections: { Keys: unknown[] } } };
        const { Keys } = RequestItems.connections;
        const rest = Keys.filter((key) => !isThrottled(key));
        const answer =
          rest.length > 0
            ? await dynamo.client.call<object>(operation, { RequestItems: { connections: { Keys: rest } } })
            : {};
        return { ...answer, UnprocessedKeys: { connections: { Keys: Keys.filter(isThrottled) } } } as Answer;
      },
    };
    const connections = new SubscriptionTable(new Table(client, 'connections', clock), clock);
    const start = clock.now();
    expect(await connections.availableShards([throttled, topic])).toEqual(new Map([[topic, [{ topic, number: 0 }]]]));
    expect(clock.now() - start).toBeGreaterThanOrEqual(100);
    expect(clock.now() - start).toBeLessThanOrEqual(300);
  });
});
