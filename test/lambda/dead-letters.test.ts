import { type Message, Queue } from '../../tools/local';
import type { SQSRecord } from 'aws-lambda';
import { createHandler } from '../../lambda/deliver';
import { ATTEMPTS } from '../../lambda/realtime/requeueing';
import { type Delivery, type Outbox, Unavailable } from '../../lambda/realtime/ports';
import { ManualClock } from '../support/memory/clock';
import { MemoryConnections } from '../support/memory/connections';
import { MemoryMetrics } from '../support/memory/metrics';
import { FULL_TIME } from './lanes';
import { messageOf } from './realtime/message';

const VISIBILITY_SECONDS = 180;
const RECEIVES = 20;

/** Creates the delivery queue with its redrive policy, and calls the deliver function as its event source does. */
function setUp(post: Outbox['post']) {
  const clock = new ManualClock();
  const deadLetters: Message[] = [];
  const noStore = { put: () => undefined, delete: () => undefined };
  const queue = new Queue(
    {
      ...{ stack: 'App', region: 'us-east-1', accountId: '000000000000' },
      logicalId: 'Delivery',
      name: 'delivery',
      arn: 'arn:aws:sqs:us-east-1:000000000000:delivery',
      fifo: false,
      visibilityTimeoutSeconds: VISIBILITY_SECONDS,
      retentionSeconds: 4 * 24 * 3600,
      delaySeconds: 0,
      deadLetter: { queue: 'arn:aws:sqs:us-east-1:000000000000:dead', maxReceiveCount: RECEIVES },
    },
    [],
    noStore,
    clock.now,
    (message) => deadLetters.push(message),
  );
  const send = (body: string, delaySeconds = 0) => queue.send({ body, attributes: {}, sender: 's', delaySeconds });
  const enqueue = async (deliveries: readonly Delivery[], delaySeconds = 0) => {
    for (const delivery of deliveries) {
      send(JSON.stringify(delivery), delaySeconds);
    }
    return { transient: [], permanent: [] };
  };
  const letters: string[] = [];
  const connections = new MemoryConnections(clock);
  const deliver = createHandler({
    outbox: { post },
    connections,
    queue: { enqueue },
    deadLetters: { add: async (json) => void letters.push(json) },
    clock,
    logger: () => undefined,
    metrics: new MemoryMetrics(),
  });

  async function invoke(messages: Message[]): Promise<void> {
    const Records = messages.map(({ body }, index) => ({ messageId: `${index}`, body }) as SQSRecord);
    const { batchItemFailures } = await deliver({ Records }, FULL_TIME);
    const failed = batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier));
    for (const { receiptHandle } of messages.filter((_, index) => !failed.includes(index))) {
      queue.delete(receiptHandle ?? '');
    }
  }

  /**
   * Advances the clock by an hour and invokes the function with the messages that become visible.
   *
   * @param throttled seconds for which Lambda receives messages, and does not invoke the function.
   */
  async function passHour(throttled = 0): Promise<void> {
    for (let second = 0; second < 3600; second++) {
      const messages = queue.receive(10);
      if (messages.length > 0 && second >= throttled) {
        await invoke(messages);
      }
      clock.advance(1000);
    }
  }

  return { send, passHour, letters, deadLetters, connections, clock };
}

const to = (...ids: string[]) =>
  JSON.stringify({
    messages: [messageOf('t', 1)],
    to: { connections: ids.map((id) => ({ id, connectedAt: 0 })) },
  } satisfies Delivery);

it('an unreadable body goes to the dead-letter queue at its first reception, and the others are delivered', async () => {
  const posts: string[] = [];
  const { send, passHour, letters, deadLetters } = setUp(async (id) => {
    posts.push(id);
    return 'sent';
  });
  send(to('a'));
  send('poison');
  send(to('b'));
  await passHour();
  expect(posts).toEqual(['a', 'b']);
  expect(letters).toEqual(['poison']);
  expect(deadLetters).toEqual([]);
});

it('a message for a connection that stays busy goes to the dead-letter queue, and no other connection gets duplicates', async () => {
  const posts: string[] = [];
  const { send, passHour, letters } = setUp(async (id) => {
    if (id === 'slow') {
      return 'busy';
    }
    posts.push(id);
    return 'sent';
  });
  send(to('a', 'slow', 'b'));
  await passHour();
  expect(posts).toEqual(['a', 'b']);
  expect(letters.map((letter) => JSON.parse(letter))).toEqual([
    { messages: [messageOf('t', 1)], to: { connections: [{ id: 'slow', connectedAt: 0 }] }, attempt: ATTEMPTS },
  ]);
});

it('a message is delivered after 40 minutes in which Lambda throttles the deliver function', async () => {
  const posts: string[] = [];
  const { send, passHour, letters, deadLetters } = setUp(async (id) => {
    posts.push(id);
    return 'sent';
  });
  send(to('a'));
  await passHour(40 * 60);
  expect(posts).toEqual(['a']);
  expect([...letters, ...deadLetters]).toEqual([]);
});

describe('a message for a shard', () => {
  const toShard = JSON.stringify({
    messages: [messageOf('t', 1)],
    to: { shard: { topic: 't', number: 0 } },
  } satisfies Delivery);

  /** Creates a subscriber in a shard that cannot be read for a number of seconds. */
  async function unreadableFor(seconds: number) {
    const delays: number[] = [];
    const world = setUp(async () => {
      delays.push((clock.now() - start) / 1000);
      return 'sent';
    });
    const { connections, clock } = world;
    const start = clock.now();
    const connection = { id: 'a', connectedAt: start };
    await connections.connect(connection);
    await connections.subscribe(connection, ['t']);
    const { subscribers } = connections;
    connections.subscribers = async (...shard) => {
      if (clock.now() - start < seconds * 1000) {
        throw new Unavailable();
      }
      return subscribers.apply(connections, shard);
    };
    world.send(toShard);
    await world.passHour();
    return { ...world, delays };
  }

  it('is delivered within seconds after a single read failed', async () => {
    const { delays } = await unreadableFor(1);
    expect(delays).toHaveLength(1);
    expect(delays[0]).toBeLessThanOrEqual(3);
  });

  it('is delivered after half an hour in which all reads failed', async () => {
    const { delays, letters, deadLetters } = await unreadableFor(30 * 60);
    expect(delays).toHaveLength(1);
    expect([...letters, ...deadLetters]).toEqual([]);
  });
});
