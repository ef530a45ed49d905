import {
  type Clock,
  CONNECTIONS_PER_READ,
  type Connection,
  type Connections,
  type Shard,
  type SubscribeOutcome,
  type Subscribers,
} from '../../lambda/realtime/ports';
import { Limit } from '../../client/protocol';
import { ManualClock } from '../support/memory/clock';

const HOUR = 3_600_000;

/**
 * Contract of every connection table.
 *
 * @param open creates a table with a clock. Tables can share their storage, because each test uses its own ids.
 */
export function describeConnections(open: (clock: Clock) => Connections): void {
  let count = 0;
  const setUp = (random?: () => number) => {
    count += 1;
    const clock = new ManualClock(undefined, random);
    const connections = open(clock);
    const newConnection = (name: string): Connection => ({ id: `${name}${count}=`, connectedAt: clock.now() });
    const pagesOf = async (shard: Shard) => {
      const pages: Connection[][] = [];
      for (let after: string | undefined = ''; after !== undefined;) {
        const { connections: page, next }: Subscribers = await connections.subscribers(shard, after);
        pages.push(page);
        after = next;
      }
      return pages;
    };
    const subscribersOf = async (topic: string) => {
      const pages = await Promise.all((await connections.shards([topic])).map(pagesOf));
      return pages
        .flat(2)
        .map(({ id }) => id)
        .sort();
    };
    /** Subscribes to one topic. @returns its outcome */
    const subscribe = async (connection: Connection, topic: string, id?: string) => {
      const outcomes = await connections.subscribe(connection, [topic], id);
      return typeof outcomes === 'string' ? outcomes : outcomes.get(topic);
    };
    const topic = `contract:${process.pid}.${count}`;
    const namesOf = (topics: number) => Array.from({ length: topics }, (_, index) => `${topic}.${index}`);
    /** The first, a middle and the last of many topics. The embedded DynamoDB is slow. */
    const some = (topics: readonly string[]) => [0, 25, -1].flatMap((index) => topics.at(index) ?? []);
    return { clock, connections, newConnection, pagesOf, subscribe, subscribersOf, topic, namesOf, some };
  };

  it('lists the connections subscribed to a topic, with the time they connected', async () => {
    const { connections, newConnection, pagesOf, topic, clock, subscribe } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    expect(await subscribe(connection, topic, 'id')).toEqual({ subscription: 'id' });
    await subscribe(connection, `${topic}.other`);
    const shards = await connections.shards([topic]);
    expect(shards).toEqual([{ topic, number: expect.any(Number) }]);
    expect((await Promise.all(shards.map(pagesOf))).flat(2)).toEqual([{ id: connection.id, connectedAt: clock.now() }]);
  });

  it('returns the shards of all requested topics, and none for a topic without subscriptions', async () => {
    const { connections, newConnection, topic, subscribe } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    const topics = Array.from({ length: 3 }, (_, index) => `${topic}.${index}`);
    for (const each of topics) {
      await subscribe(connection, each);
    }
    const shards = await connections.shards([...topics, topic]);
    expect(shards.map((shard) => shard.topic).sort()).toEqual(topics);
    expect(await connections.shards([])).toEqual([]);
    const available = await connections.availableShards([...topics, topic]);
    expect([...available.keys()]).toEqual([...topics, topic]);
    expect(topics.flatMap((each) => available.get(each) ?? [])).toEqual(
      topics.flatMap((each) => shards.filter((shard) => shard.topic === each)),
    );
    expect(available.get(topic)).toEqual([]);
    expect(await connections.availableShards([])).toEqual(new Map());
  });

  it('returns a full shard page by page, each connection once', async () => {
    const { connections, newConnection, pagesOf, topic, subscribe } = setUp(() => 0.5);
    const crowd = Array.from({ length: CONNECTIONS_PER_READ + 10 }, (_, index) => newConnection(`p${index}.`));
    await Promise.all(crowd.map((connection) => connections.connect(connection)));
    for (const connection of crowd) {
      await subscribe(connection, topic);
    }
    const [shard] = await connections.shards([topic]);
    const pages = await pagesOf(shard ?? { topic, number: 0 });
    expect(pages.map((page) => page.length)).toEqual([CONNECTIONS_PER_READ, 10]);
    expect(new Set(pages.flat().map(({ id }) => id)).size).toBe(crowd.length);
  });

  it('lists a connection once, regardless of how often it subscribes', async () => {
    const { connections, newConnection, subscribersOf, topic, subscribe } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    const outcomes = await Promise.all([1, 2, 3].map(() => subscribe(connection, topic)));
    expect(outcomes).toEqual(Array(3).fill({ subscription: '' }));
    expect(await subscribersOf(topic)).toEqual([connection.id]);
  });

  it('does not list a connection that has unsubscribed', async () => {
    const { connections, newConnection, subscribersOf, topic, subscribe } = setUp();
    const [one, other] = [newConnection('a'), newConnection('b')];
    for (const connection of [one, other]) {
      await connections.connect(connection);
      await subscribe(connection, topic);
    }
    await connections.unsubscribe(one, topic);
    await connections.unsubscribe(one, topic);
    expect(await subscribersOf(topic)).toEqual([other.id]);
  });

  it('keeps a subscription if an unsubscribe of an earlier one runs late, also if both run at the same time', async () => {
    const { connections, newConnection, subscribersOf, topic, subscribe } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    await subscribe(connection, topic, '1');
    await subscribe(connection, topic, '2');
    await connections.unsubscribe(connection, topic, '1');
    expect(await subscribersOf(topic)).toEqual([connection.id]);
    const again = async (): Promise<SubscribeOutcome | 'not_connected' | undefined> => {
      const outcome = await subscribe(connection, topic, '3');
      return outcome === 'unavailable' ? again() : outcome;
    };
    expect(await Promise.all([connections.unsubscribe(connection, topic, '2'), again()])).toEqual([
      undefined,
      { subscription: '3' },
    ]);
    await connections.unsubscribe(connection, topic, '2');
    expect(await subscribersOf(topic)).toEqual([connection.id]);
    await connections.unsubscribe(connection, topic, '3');
    expect(await subscribersOf(topic)).toEqual([]);
  });

  it('ends a subscription by the id that subscribe() returns, also if an earlier subscribe runs late', async () => {
    const { connections, newConnection, subscribersOf, topic, subscribe } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    await subscribe(connection, topic, '2');
    expect(await subscribe(connection, topic, '1')).toEqual({ subscription: '2' });
    await connections.unsubscribe(connection, topic, '2');
    expect(await subscribersOf(topic)).toEqual([]);
  });

  it('refuses a subscription of a connection that does not exist, and writes nothing', async () => {
    const { connections, newConnection, subscribersOf, topic, subscribe } = setUp();
    const connection = newConnection('a');
    expect(await subscribe(connection, topic)).toBe('not_connected');
    await connections.unsubscribe(connection, topic);
    await connections.connect(connection);
    expect(await subscribersOf(topic)).toEqual([]);
  });

  it('limits the number of subscriptions of a connection', async () => {
    const { connections, newConnection, subscribersOf, topic, namesOf, subscribe } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    await connections.subscribe(connection, namesOf(Limit.SUBSCRIPTIONS));
    expect(await subscribe(connection, topic)).toBe('subscription_limit');
    expect(await subscribersOf(topic)).toEqual([]);
    expect(await subscribe(connection, `${topic}.0`)).toEqual({ subscription: '' });
    await connections.unsubscribe(connection, `${topic}.0`);
    await connections.unsubscribe(connection, `${topic}.0`);
    expect(await subscribe(connection, topic)).toEqual({ subscription: '' });
    expect(await subscribe(connection, `${topic}.0`)).toBe('subscription_limit');
  });

  it('limits the number of subscriptions also if they are concurrent', async () => {
    const { connections, newConnection, topic, subscribe } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    const outcomes = await Promise.all(
      Array.from({ length: Limit.SUBSCRIPTIONS + 10 }, (_, index) => subscribe(connection, `${topic}.${index}`)),
    );
    expect(outcomes.filter((outcome) => typeof outcome === 'object')).toHaveLength(Limit.SUBSCRIPTIONS);
  });

  it('subscribes to 50 topics at once, lists the connection for each, and removes all with the connection', async () => {
    const { connections, newConnection, some, namesOf, subscribersOf } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    const topics = namesOf(50);
    const outcomes = await connections.subscribe(connection, topics, 'id');
    expect(outcomes).toEqual(new Map(topics.map((each) => [each, { subscription: 'id' }])));
    expect((await connections.availableShards(topics)).size).toBe(50);
    expect(await Promise.all(some(topics).map(subscribersOf))).toEqual(some(topics).map(() => [connection.id]));
    await connections.disconnect(connection);
    expect(await Promise.all(some(topics).map(subscribersOf))).toEqual(some(topics).map(() => []));
    expect(await connections.subscribe(connection, topics)).toBe('not_connected');
  });

  it('subscribes to new topics and to those that it has already at once, each with the later id', async () => {
    const { connections, newConnection, some, namesOf, subscribersOf, subscribe } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    const topics = namesOf(50);
    await subscribe(connection, `${topics[0]}`, '3');
    await subscribe(connection, `${topics[49]}`, '1');
    expect(await connections.subscribe(connection, topics, '2')).toEqual(
      new Map(topics.map((each, index) => [each, { subscription: index === 0 ? '3' : '2' }])),
    );
    expect(await connections.subscribe(connection, topics, '4')).toEqual(
      new Map(topics.map((each) => [each, { subscription: '4' }])),
    );
    expect(await Promise.all(some(topics).map(subscribersOf))).toEqual(some(topics).map(() => [connection.id]));
  });

  it('refuses only the topics above the limit of a connection, and counts each subscription once', async () => {
    const { connections, newConnection, namesOf, subscribersOf, subscribe } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    const topics = namesOf(Limit.SUBSCRIPTIONS + 2);
    await connections.subscribe(connection, topics.slice(0, 99), '1');
    const outcomes = await connections.subscribe(connection, topics.slice(97), '2');
    const [full, ...refused] = ['subscription_limit', ...topics.slice(100)];
    expect(outcomes).toEqual(
      new Map(topics.slice(97).map((each, index) => [each, index < 3 ? { subscription: '2' } : full])),
    );
    expect(await Promise.all(refused.map(subscribersOf))).toEqual([[], []]);
    await connections.unsubscribe(connection, `${topics[0]}`);
    expect(await subscribe(connection, `${refused[0]}`)).toEqual({ subscription: '' });
    expect(await subscribe(connection, `${refused[1]}`)).toBe('subscription_limit');
  });

  it('leaves no subscription behind if a connection subscribes to 50 topics while it disconnects', async () => {
    const { connections, newConnection, some, namesOf, subscribersOf } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    const topics = namesOf(50);
    await Promise.all([connections.subscribe(connection, topics), connections.disconnect(connection)]);
    await connections.disconnect(connection);
    expect(await Promise.all(some(topics).map(subscribersOf))).toEqual(some(topics).map(() => []));
  });

  it('counts each subscription once if a connection sends two frames with the same topics at once', async () => {
    const { connections, newConnection, namesOf, topic, subscribe } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    const topics = namesOf(3);
    await connections.subscribe(connection, namesOf(Limit.SUBSCRIPTIONS).slice(3));
    await Promise.all([
      connections.subscribe(connection, topics, '1'),
      connections.subscribe(connection, [...topics].reverse(), '2'),
    ]);
    await connections.unsubscribe(connection, `${topics[0]}`);
    expect(await subscribe(connection, topic)).toEqual({ subscription: '' });
    expect(await subscribe(connection, `${topics[0]}`)).toBe('subscription_limit');
  });

  it('leaves no subscription behind if a connection subscribes and disconnects concurrently', async () => {
    const { connections, newConnection, subscribersOf, topic, subscribe } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    const topics = Array.from({ length: 10 }, (_, index) => `${topic}.${index}`);
    const [, ...outcomes] = await Promise.all([
      connections.disconnect(connection),
      ...topics.map((each) => subscribe(connection, each)),
    ]);
    await connections.disconnect(connection);
    expect(outcomes.every((outcome) => typeof outcome === 'object' || outcome === 'not_connected')).toBe(true);
    expect(await Promise.all(topics.map(subscribersOf))).toEqual(topics.map(() => []));
  });

  it('treats a connection as closed after 2 hours and 10 minutes', async () => {
    const { clock, connections, newConnection, subscribersOf, topic, subscribe } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    await subscribe(connection, topic);
    clock.advance(2 * HOUR + HOUR / 6 - 1000);
    expect(await subscribersOf(topic)).toEqual([connection.id]);
    clock.advance(1000);
    expect(await subscribersOf(topic)).toEqual([]);
    expect(await subscribe(connection, topic)).toBe('not_connected');
  });

  it('forgets a connection only if it is older than 30 seconds', async () => {
    const { clock, connections, newConnection, subscribersOf, topic, subscribe } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    await subscribe(connection, topic);
    clock.advance(30_000);
    await connections.forget(connection);
    expect(await subscribersOf(topic)).toEqual([connection.id]);
    clock.advance(1);
    await connections.forget(connection);
    expect(await subscribersOf(topic)).toEqual([]);
  });

  it('does not forget a later connection with the same id', async () => {
    const { clock, connections, newConnection, subscribersOf, topic, subscribe } = setUp();
    const earlier = newConnection('a');
    clock.advance(HOUR);
    const later = { ...earlier, connectedAt: clock.now() };
    await connections.connect(later);
    await subscribe(later, topic);
    await connections.forget(earlier);
    await connections.disconnect(earlier);
    expect(await subscribersOf(topic)).toEqual([later.id]);
  });

  it('counts the subscribers of a topic, without those that have unsubscribed or expired', async () => {
    const { clock, connections, newConnection, topic, subscribe } = setUp();
    expect(await connections.presence(topic)).toEqual({ subscribers: 0, exact: true });
    const earlier = newConnection('a');
    clock.advance(HOUR);
    const [one, other] = [newConnection('b'), newConnection('c')];
    for (const connection of [earlier, one, other]) {
      await connections.connect(connection);
      await subscribe(connection, topic);
    }
    expect(await connections.presence(topic)).toEqual({ subscribers: 3, exact: true });
    await connections.unsubscribe(one, topic);
    expect(await connections.presence(topic)).toEqual({ subscribers: 2, exact: true });
    clock.advance(HOUR + HOUR / 6);
    expect(await connections.presence(topic)).toEqual({ subscribers: 1, exact: true });
  });
}
