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

/** The delivery queue with its redrive policy, on a clock that jumps, and deliver as its event source calls it. */
function setUp(post: Outbox['post']) {
  const clock = new ManualClock();
  const deadLetters: Message[] = [];
  const unkept = { put: () => undefined, delete: () => undefined };
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
    unkept,
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

  /** Lets an hour pass, in which the queue gives what it has. */
  async function anHour(): Promise<void> {
    for (let second = 0; second < 3600; second++) {
      const messages = queue.receive(10);
      if (messages.length > 0) {
        await invoke(messages);
      }
      clock.advance(1000);
    }
  }

  return { send, anHour, deadLetters };
}

const to = (...ids: string[]) =>
  JSON.stringify({
    messages: [messageOf('t', 1)],
    to: { connections: ids.map((id) => ({ id, connectedAt: 0 })) },
  } satisfies Delivery);

it('puts a body aside that nobody can read, and delivers those that came with it', async () => {
  const posts: string[] = [];
  const { send, anHour, deadLetters } = setUp(async (id) => {
    posts.push(id);
    return 'sent';
  });
  send(to('a'));
  send('poison');
  send(to('b'));
  await anHour();
  expect(posts).toEqual(['a', 'b']);
  expect(deadLetters.map(({ body, receiveCount }) => [body, receiveCount])).toEqual([['poison', RECEIVES]]);
});

it('puts a connection aside that is busy for good, by name, and nobody else gets anything twice', async () => {
  const posts: string[] = [];
  const { send, anHour, deadLetters } = setUp(async (id) => {
    if (id === 'slow') {
      return 'busy';
    }
    posts.push(id);
    return 'sent';
  });
  send(to('a', 'slow', 'b'));
  await anHour();
  expect(posts).toEqual(['a', 'b']);
  expect(deadLetters.map(({ body }) => JSON.parse(body))).toEqual([
    { messages: [messageOf('t', 1)], to: { connections: [{ id: 'slow', connectedAt: 0 }] }, attempt: ATTEMPTS },
  ]);
});
