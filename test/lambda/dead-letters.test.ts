import { type Message, Queue } from '@twinlane/local';
import type { SQSRecord } from 'aws-lambda';
import { createHandler } from '../../lambda/deliver';
import { ATTEMPTS } from '../../lambda/realtime/delivery';
import type { Delivery, Outbox } from '../../lambda/realtime/ports';
import { ManualClock } from '../support/memory/clock';
import { MemoryConnections } from '../support/memory/connections';
import { FULL_TIME } from './lanes';
import { messageOf } from './realtime/message';

const VISIBILITY_SECONDS = 180;
const RECEIVES = 5;

/** Creates the delivery queue with its redrive policy, and calls the deliver function as its event source does. */
function setUp(post: Outbox['post']) {
  const clock = new ManualClock();
  const deadLetters: Message[] = [];
  const noStore = { put: () => undefined, delete: () => undefined };
  const queue = new Queue(
    {
      logicalId: 'Delivery',
      name: 'delivery',
      arn: 'arn:aws:sqs:us-east-1:000000000000:delivery',
      fifo: false,
      visibilityTimeoutSeconds: VISIBILITY_SECONDS,
      retentionSeconds: 4 * 24 * 3600,
      delaySeconds: 0,
      deadLetter: { queue: 'dead', maxReceiveCount: RECEIVES },
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
    return [];
  };
  const deliver = createHandler({
    outbox: { post },
    connections: new MemoryConnections(clock),
    queue: { enqueue },
    clock,
    logger: () => undefined,
  });

  async function invoke(messages: Message[]): Promise<void> {
    const Records = messages.map(({ body }, index) => ({ messageId: `${index}`, body }) as SQSRecord);
    const { batchItemFailures } = await deliver({ Records }, FULL_TIME);
    const failed = batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier));
    for (const { receiptHandle } of messages.filter((_, index) => !failed.includes(index))) {
      queue.delete(receiptHandle ?? '');
    }
  }

  /** Advances the clock by an hour and invokes the function with the messages that become visible. */
  async function passHour(): Promise<void> {
    for (let second = 0; second < 3600; second++) {
      const messages = queue.receive(10);
      if (messages.length > 0) {
        await invoke(messages);
      }
      clock.advance(1000);
    }
  }

  return { send, passHour, deadLetters };
}

const to = (...ids: string[]) =>
  JSON.stringify({
    messages: [messageOf('t', 1)],
    to: { connections: ids.map((id) => ({ id, connectedAt: 0 })) },
  } satisfies Delivery);

it('an unreadable body goes to the dead-letter queue, and the other messages of its batch are delivered', async () => {
  const posts: string[] = [];
  const { send, passHour, deadLetters } = setUp(async (id) => {
    posts.push(id);
    return 'sent';
  });
  send(to('a'));
  send('poison');
  send(to('b'));
  await passHour();
  expect(posts).toEqual(['a', 'b']);
  expect(deadLetters.map(({ body, receiveCount }) => [body, receiveCount])).toEqual([['poison', RECEIVES]]);
});

it('a message for a connection that stays busy goes to the dead-letter queue, and no other connection gets duplicates', async () => {
  const posts: string[] = [];
  const { send, passHour, deadLetters } = setUp(async (id) => {
    if (id === 'slow') {
      return 'busy';
    }
    posts.push(id);
    return 'sent';
  });
  send(to('a', 'slow', 'b'));
  await passHour();
  expect(posts).toEqual(['a', 'b']);
  expect(deadLetters.map(({ body }) => JSON.parse(body))).toEqual([
    { messages: [messageOf('t', 1)], to: { connections: [{ id: 'slow', connectedAt: 0 }] }, attempt: ATTEMPTS },
  ]);
});
