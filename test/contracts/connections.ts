import {
  type Clock,
  CONNECTIONS_PER_READ,
  type Connection,
  type Connections,
  type Shard,
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
    return { clock, connections, newConnection, pagesOf, subscribersOf, topic: `contract:${process.pid}.${count}` };
  };

  it('lists the connections subscribed to a topic, with the time they connected', async () => {
    const { connections, newConnection, pagesOf, topic, clock } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    expect(await connections.subscribe(connection, topic, 'id')).toEqual({ subscription: 'id' });
    await connections.subscribe(connection, `${topic}.other`);
    const shards = await connections.shards([topic]);
    expect(shards).toEqual([{ topic, number: expect.any(Number) }]);
    expect((await Promise.all(shards.map(pagesOf))).flat(2)).toEqual([{ id: connection.id, connectedAt: clock.now() }]);
  });

  it('returns the shards of all requested topics, and none for a topic without subscriptions', async () => {
    const { connections, newConnection, topic } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    const topics = Array.from({ length: 3 }, (_, index) => `${topic}.${index}`);
    for (const each of topics) {
      await connections.subscribe(connection, each);
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
    const { connections, newConnection, pagesOf, topic } = setUp(() => 0.5);
    const crowd = Array.from({ length: CONNECTIONS_PER_READ + 10 }, (_, index) => newConnection(`p${index}.`));
    await Promise.all(crowd.map((connection) => connections.connect(connection)));
    for (const connection of crowd) {
      await connections.subscribe(connection, topic);
    }
    const [shard] = await connections.shards([topic]);
    const pages = await pagesOf(shard ?? { topic, number: 0 });
    expect(pages.map((page) => page.length)).toEqual([CONNECTIONS_PER_READ, 10]);
    expect(new Set(pages.flat().map(({ id }) => id)).size).toBe(crowd.length);
  });

  it('lists a connection once, regardless of how often it subscribes', async () => {
    const { connections, newConnection, subscribersOf, topic } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    const outcomes = await Promise.all([1, 2, 3].map(() => connections.subscribe(connection, topic)));
    expect(outcomes).toEqual(Array(3).fill({ subscription: '' }));
    expect(await subscribersOf(topic)).toEqual([connection.id]);
  });

  it('does not list a connection that has unsubscribed', async () => {
    const { connections, newConnection, subscribersOf, topic } = setUp();
    const [one, other] = [newConnection('a'), newConnection('b')];
    for (const connection of [one, other]) {
      await connections.connect(connection);
      await connections.subscribe(connection, topic);
    }
    await connections.unsubscribe(one, topic);
    await connections.unsubscribe(one, topic);
    expect(await subscribersOf(topic)).toEqual([other.id]);
  });

  it('keeps a subscription if an unsubscribe of an earlier one runs late, also if both run at the same time', async () => {
    const { connections, newConnection, subscribersOf, topic } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    await connections.subscribe(connection, topic, '1');
    await connections.subscribe(connection, topic, '2');
    await connections.unsubscribe(connection, topic, '1');
    expect(await subscribersOf(topic)).toEqual([connection.id]);
    const subscribe = (): ReturnType<Connections['subscribe']> =>
      connections.subscribe(connection, topic, '3').catch(() => subscribe());
    expect(await Promise.all([connections.unsubscribe(connection, topic, '2'), subscribe()])).toEqual([
      undefined,
      { subscription: '3' },
    ]);
    await connections.unsubscribe(connection, topic, '2');
    expect(await subscribersOf(topic)).toEqual([connection.id]);
    await connections.unsubscribe(connection, topic, '3');
    expect(await subscribersOf(topic)).toEqual([]);
  });

  it('ends a subscription by the id that subscribe() returns, also if an earlier subscribe runs late', async () => {
    const { connections, newConnection, subscribersOf, topic } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    await connections.subscribe(connection, topic, '2');
    expect(await connections.subscribe(connection, topic, '1')).toEqual({ subscription: '2' });
    await connections.unsubscribe(connection, topic, '2');
    expect(await subscribersOf(topic)).toEqual([]);
  });

  it('refuses a subscription of a connection that does not exist, and writes nothing', async () => {
    const { connections, newConnection, subscribersOf, topic } = setUp();
    const connection = newConnection('a');
    expect(await connections.subscribe(connection, topic)).toBe('not_connected');
    await connections.unsubscribe(connection, topic);
    await connections.connect(connection);
    expect(await subscribersOf(topic)).toEqual([]);
  });

  it('limits the number of subscriptions of a connection', async () => {
    const { connections, newConnection, subscribersOf, topic } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    for (let index = 0; index < Limit.SUBSCRIPTIONS; index++) {
      await connections.subscribe(connection, `${topic}.${index}`);
    }
    expect(await connections.subscribe(connection, topic)).toBe('subscription_limit');
    expect(await subscribersOf(topic)).toEqual([]);
    expect(await connections.subscribe(connection, `${topic}.0`)).toEqual({ subscription: '' });
    await connections.unsubscribe(connection, `${topic}.0`);
    await connections.unsubscribe(connection, `${topic}.0`);
    expect(await connections.subscribe(connection, topic)).toEqual({ subscription: '' });
    expect(await connections.subscribe(connection, `${topic}.0`)).toBe('subscription_limit');
  });

  it('limits the number of subscriptions also if they are concurrent', async () => {
    const { connections, newConnection, topic } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    const outcomes = await Promise.all(
      Array.from({ length: Limit.SUBSCRIPTIONS + 10 }, (_, index) =>
        connections.subscribe(connection, `${topic}.${index}`),
      ),
    );
    expect(outcomes.filter((outcome) => typeof outcome === 'object')).toHaveLength(Limit.SUBSCRIPTIONS);
  });

  it('removes all subscriptions with their connection', async () => {
    const { connections, newConnection, subscribersOf, topic } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    const topics = Array.from({ length: 30 }, (_, index) => `${topic}.${index}`);
    for (const each of topics) {
      await connections.subscribe(connection, each);
    }
    await connections.disconnect(connection);
    expect(await Promise.all(topics.map(subscribersOf))).toEqual(topics.map(() => []));
    expect(await connections.subscribe(connection, topic)).toBe('not_connected');
    await connections.disconnect(connection);
  });

  it('leaves no subscription behind if a connection subscribes and disconnects concurrently', async () => {
    const { connections, newConnection, subscribersOf, topic } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    const topics = Array.from({ length: 10 }, (_, index) => `${topic}.${index}`);
    const [, ...outcomes] = await Promise.all([
      connections.disconnect(connection),
      ...topics.map((each) => connections.subscribe(connection, each)),
    ]);
    await connections.disconnect(connection);
    expect(outcomes.every((outcome) => typeof outcome === 'object' || outcome === 'not_connected')).toBe(true);
    expect(await Promise.all(topics.map(subscribersOf))).toEqual(topics.map(() => []));
  });

  it('treats a connection as closed after 2 hours and 10 minutes', async () => {
    const { clock, connections, newConnection, subscribersOf, topic } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    await connections.subscribe(connection, topic);
    clock.advance(2 * HOUR + HOUR / 6 - 1000);
    expect(await subscribersOf(topic)).toEqual([connection.id]);
    clock.advance(1000);
    expect(await subscribersOf(topic)).toEqual([]);
    expect(await connections.subscribe(connection, topic)).toBe('not_connected');
  });

  it('forgets a connection only if it is older than 30 seconds', async () => {
    const { clock, connections, newConnection, subscribersOf, topic } = setUp();
    const connection = newConnection('a');
    await connections.connect(connection);
    await connections.subscribe(connection, topic);
    clock.advance(30_000);
    await connections.forget(connection);
    expect(await subscribersOf(topic)).toEqual([connection.id]);
    clock.advance(1);
    await connections.forget(connection);
    expect(await subscribersOf(topic)).toEqual([]);
  });

  it('does not forget a later connection with the same id', async () => {
    const { clock, connections, newConnection, subscribersOf, topic } = setUp();
    const earlier = newConnection('a');
    clock.advance(HOUR);
    const later = { ...earlier, connectedAt: clock.now() };
    await connections.connect(later);
    await connections.subscribe(later, topic);
    await connections.forget(earlier);
    await connections.disconnect(earlier);
    expect(await subscribersOf(topic)).toEqual([later.id]);
  });

  it('counts the subscribers of a topic, without those that have unsubscribed or expired', async () => {
    const { clock, connections, newConnection, topic } = setUp();
    expect(await connections.presence(topic)).toEqual({ subscribers: 0, exact: true });
    const earlier = newConnection('a');
    clock.advance(HOUR);
    const [one, other] = [newConnection('b'), newConnection('c')];
    for (const connection of [earlier, one, other]) {
      await connections.connect(connection);
      await connections.subscribe(connection, topic);
    }
    expect(await connections.presence(topic)).toEqual({ subscribers: 3, exact: true });
    await connections.unsubscribe(one, topic);
    expect(await connections.presence(topic)).toEqual({ subscribers: 2, exact: true });
    clock.advance(HOUR + HOUR / 6);
    expect(await connections.presence(topic)).toEqual({ subscribers: 1, exact: true });
  });
}
