import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  type PublishCommandInput,
} from '@aws-sdk/client-sns';
import type { SubscriptionBlueprint, TopicBlueprint } from '../../blueprint';
import { Authorizer } from '../../identity/authorize';
import { blueprintOf } from '../functions/function-of';
import { queue, received, type RunningAws, runAws, topic, until } from './fixture';

const NEWS = topic('news').arn;
const WORKER = 'arn:aws:lambda:us-east-1:000000000000:function:worker';
const NOW = Date.UTC(2026, 0, 1);

let aws: RunningAws;
afterEach(() => aws.close());

const subscription = (endpoint: string, more: Partial<SubscriptionBlueprint> = {}): SubscriptionBlueprint => ({
  logicalId: 'Subscription',
  arn: `${NEWS}:11111111-2222-3333-4444-555555555555`,
  protocol: 'sqs',
  endpoint,
  raw: false,
  filterPolicyScope: 'MessageAttributes',
  ...more,
});
const INBOX = queue('inbox').arn;

/** Starts with the topic `news`. */
async function start(
  subscriptions: SubscriptionBlueprint[],
  more: Partial<TopicBlueprint> = {},
  options: Partial<Parameters<typeof runAws>[0]> = {},
) {
  const events: unknown[] = [];
  aws = await runAws({
    topics: [topic(more.name ?? 'news', { subscriptions, ...more })],
    queues: [queue('inbox'), queue('other'), queue('inbox.fifo')],
    functions: [blueprintOf('', { name: 'worker', arn: WORKER })],
    now: () => NOW,
    async invoke(_functionArn, event) {
      events.push(JSON.parse(event));
      return { payload: null };
    },
    ...options,
  });
  return { events, ...aws.clients() };
}

const publish = (input: Partial<PublishCommandInput> = {}) =>
  new PublishCommand({ TopicArn: NEWS, Message: 'hello', ...input });
const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });

describe('a message to a queue', () => {
  test('has the envelope of AWS', async () => {
    const { sns, sqs } = await start([subscription(INBOX)]);
    const { MessageId } = await sns.send(publish({ Subject: 'greeting', MessageAttributes: { kind: text('a') } }));
    const [message] = await received(sqs, 'inbox', 1);
    expect(JSON.parse(message?.Body ?? '')).toEqual({
      Type: 'Notification',
      MessageId,
      TopicArn: NEWS,
      Subject: 'greeting',
      Message: 'hello',
      Timestamp: '2026-01-01T00:00:00.000Z',
      SignatureVersion: '1',
      Signature: expect.any(String),
      SigningCertURL: expect.stringMatching(/^https:\/\/sns\.us-east-1\.amazonaws\.com\/.*\.pem$/),
      UnsubscribeURL: `https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription('').arn}`,
      MessageAttributes: { kind: { Type: 'String', Value: 'a' } },
    });
    expect(message?.MessageAttributes).toBeUndefined();
  });

  test('has neither a subject nor attributes if the publisher gave none', async () => {
    const { sns, sqs } = await start([subscription(INBOX)]);
    await sns.send(publish());
    const [message] = await received(sqs, 'inbox', 1);
    expect(Object.keys(JSON.parse(message?.Body ?? ''))).not.toEqual(
      expect.arrayContaining(['Subject', 'MessageAttributes', 'SequenceNumber']),
    );
  });

  test('is raw if the subscription says so, with its attributes', async () => {
    const { sns, sqs } = await start([subscription(INBOX, { raw: true })]);
    const binary = { DataType: 'Binary', BinaryValue: Buffer.from('bytes') };
    await sns.send(publish({ MessageAttributes: { kind: text('a'), data: binary } }));
    const [message] = await received(sqs, 'inbox', 1);
    expect(message?.Body).toBe('hello');
    expect(message?.MessageAttributes?.kind).toEqual(text('a'));
    expect(Buffer.from(message?.MessageAttributes?.data?.BinaryValue ?? [])).toEqual(Buffer.from('bytes'));
  });

  test('is the one for its protocol', async () => {
    const { sns, sqs } = await start([subscription(INBOX, { raw: true })]);
    await sns.send(publish({ MessageStructure: 'json', Message: '{"default":"all","sqs":"queues"}' }));
    const [message] = await received(sqs, 'inbox', 1);
    expect(message?.Body).toBe('queues');
  });
});

test('a function receives a message as an asynchronous event', async () => {
  const { sns, events } = await start([subscription(WORKER, { protocol: 'lambda' })]);
  const { MessageId } = await sns.send(publish({ MessageAttributes: { kind: text('a') } }));
  await until(async () => events.length > 0);
  expect(events).toEqual([
    {
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: subscription('').arn,
          Sns: {
            Type: 'Notification',
            MessageId,
            TopicArn: NEWS,
            Subject: null,
            Message: 'hello',
            Timestamp: '2026-01-01T00:00:00.000Z',
            SignatureVersion: '1',
            Signature: expect.any(String),
            SigningCertUrl: expect.any(String),
            UnsubscribeUrl: expect.any(String),
            MessageAttributes: { kind: { Type: 'String', Value: 'a' } },
          },
        },
      ],
    },
  ]);
});

describe('a filter policy', () => {
  const filtered = (filterPolicy: object, scope: SubscriptionBlueprint['filterPolicyScope'] = 'MessageAttributes') =>
    subscription(INBOX, { raw: true, filterPolicy: JSON.stringify(filterPolicy), filterPolicyScope: scope });

  test('selects messages by their attributes', async () => {
    const policy = { kind: ['order', { prefix: 'pay' }], size: [{ numeric: ['>', 5] }] };
    const { sns, sqs } = await start([filtered(policy)]);
    const send = (Message: string, kind: object, size: string) =>
      sns.send(publish({ Message, MessageAttributes: { kind: kind as never, size: text(size, 'Number') } }));
    await send('small', text('order'), '5');
    await send('other', text('mail'), '6');
    await send('first', text('payment'), '6');
    await send('second', text('["x","order"]', 'String.Array'), '6');
    await sns.send(publish({ Message: 'without attributes' }));
    const messages = await received(sqs, 'inbox', 2);
    expect(messages.map(({ Body }) => Body)).toEqual(['first', 'second']);
  });

  test('selects messages by their body, and none whose body is not JSON', async () => {
    const { sns, sqs } = await start([filtered({ order: { state: ['paid'] } }, 'MessageBody')]);
    for (const Message of ['{"order":{"state":"open"}}', 'no JSON', '7', '{"order":{"state":"paid"}}']) {
      await sns.send(publish({ Message }));
    }
    const [message] = await received(sqs, 'inbox', 1);
    expect(message?.Body).toBe('{"order":{"state":"paid"}}');
  });

  test('with an unknown operator is an error at start that names the subscription', async () => {
    const starting = start([filtered({ kind: [{ other: 'x' }] })]);
    await expect(starting).rejects.toThrow('Subscription: event pattern: .kind has {"other":"x"}');
    await start([]);
  });
});

describe('a message whose delivery fails', () => {
  const attributes = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, text('x')]));

  test('goes to the dead-letter queue of the subscription, and the log says so', async () => {
    const { sns, sqs } = await start([subscription(INBOX, { raw: true, deadLetterArn: queue('other').arn })]);
    await sns.send(publish({ MessageAttributes: attributes }));
    const [message] = await received(sqs, 'other', 1);
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ Type: 'Notification', Message: 'hello' });
    expect(aws.logged.at(-1)?.text).toMatch(
      /^Subscription: delivery to .*inbox failed: .*at most 10 attributes; sent to/,
    );
  });

  test('is discarded without a dead-letter queue, and reaches other subscriptions', async () => {
    const { sns, sqs } = await start([subscription(INBOX, { raw: true }), subscription(queue('other').arn)]);
    await sns.send(publish({ MessageAttributes: attributes }));
    await received(sqs, 'other', 1);
    expect(aws.logged.at(-1)?.text).toContain('the message is discarded');
  });
});

describe('a FIFO topic', () => {
  const FIFO = topic('news.fifo').arn;
  const fifo = (more: Partial<TopicBlueprint> = {}, raw = true) =>
    start([subscription(queue('inbox.fifo').arn, { raw })], { name: 'news.fifo', arn: FIFO, fifo: true, ...more });
  const ordered = (Message: string, more: Partial<PublishCommandInput> = {}) =>
    publish({ TopicArn: FIFO, Message, MessageGroupId: 'g', MessageDeduplicationId: Message, ...more });

  test('delivers in order to a FIFO queue, with the group and the deduplication id', async () => {
    const { sns, sqs } = await fifo();
    const numbers = [];
    for (const Message of ['1', '2', '3']) {
      numbers.push((await sns.send(ordered(Message))).SequenceNumber);
    }
    expect(numbers.toSorted()).toEqual(numbers);
    const messages = await received(sqs, 'inbox.fifo', 3);
    expect(
      messages.map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId, Attributes?.MessageDeduplicationId]),
    ).toEqual([
      ['1', 'g', '1'],
      ['2', 'g', '2'],
      ['3', 'g', '3'],
    ]);
  });

  test('accepts a deduplication id once, and answers with the id of the first message', async () => {
    const { sns, sqs } = await fifo();
    const first = await sns.send(ordered('1'));
    const second = await sns.send(ordered('2', { MessageDeduplicationId: '1' }));
    await sns.send(ordered('3'));
    expect(second.MessageId).toBe(first.MessageId);
    const messages = await received(sqs, 'inbox.fifo', 2);
    expect(messages.map(({ Body }) => Body)).toEqual(['1', '3']);
  });

  test('uses a digest of the message if deduplication is by content', async () => {
    const { sns } = await fifo({ contentBasedDeduplication: true });
    const twice = [1, 2].map(() => sns.send(ordered('1', { MessageDeduplicationId: undefined })));
    const [first, second] = await Promise.all(twice);
    expect(first?.MessageId).toBe(second?.MessageId);
  });

  test('has a sequence number and no signature in its envelope', async () => {
    const { sns, sqs } = await fifo({}, false);
    const { SequenceNumber } = await sns.send(ordered('1'));
    const [message] = await received(sqs, 'inbox.fifo', 1);
    const envelope = JSON.parse(message?.Body ?? '');
    expect(envelope).toMatchObject({ SequenceNumber, Message: '1' });
    expect(envelope).not.toHaveProperty('Signature');
  });

  test.each([
    [{ MessageGroupId: undefined }, /MessageGroupId parameter is required/],
    [{ MessageDeduplicationId: undefined }, /ContentBasedDeduplication enabled or MessageDeduplicationId/],
  ])('rejects a message without %j', async (more, message) => {
    const { sns } = await fifo();
    const rejected = { name: 'InvalidParameterException', message: expect.stringMatching(message) };
    await expect(sns.send(ordered('1', more))).rejects.toMatchObject(rejected);
  });
});

describe('Publish', () => {
  test.each<[Partial<PublishCommandInput>, string, number]>([
    [{ Message: '' }, 'InvalidParameterException', 400],
    [{ Message: 'x'.repeat(256 * 1024 + 1) }, 'InvalidParameterException', 400],
    [{ Subject: 'x'.repeat(101) }, 'InvalidParameterException', 400],
    [{ MessageStructure: 'json', Message: '{"sqs":"x"}' }, 'InvalidParameterException', 400],
    [{ MessageStructure: 'json', Message: 'x' }, 'InvalidParameterException', 400],
    [{ MessageAttributes: { a: text('x', 'Text') } }, 'InvalidParameterException', 400],
    [{ MessageAttributes: { a: { DataType: 'String' } } }, 'InvalidParameterException', 400],
    [{ TopicArn: 'news' }, 'InvalidParameterException', 400],
    [{ TopicArn: topic('other').arn }, 'NotFoundException', 404],
  ])('rejects the input number %# with AWS’s error', async (input, name, httpStatusCode) => {
    const { sns } = await start([]);
    await expect(sns.send(publish(input))).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  test('accepts the ARN as TargetArn', async () => {
    const { sns } = await start([]);
    await expect(sns.send(publish({ TopicArn: undefined, TargetArn: NEWS }))).resolves.toHaveProperty('MessageId');
  });

  test('requires permission on the topic', async () => {
    const arn = 'arn:aws:iam::000000000000:role/Publisher';
    const Statement = [{ Effect: 'Allow', Action: 'sns:Publish', Resource: NEWS }];
    const policies = [{ name: 'p', document: { Version: '2012-10-17', Statement } }];
    const authorizer = new Authorizer([{ logicalId: 'R', name: 'R', arn, policies, managedPolicyArns: [] }], 'on');
    await start([], {}, { authorizer });
    const { sns } = aws.clients(arn);
    await sns.send(publish());
    await expect(sns.send(publish({ TopicArn: topic('other').arn }))).rejects.toMatchObject({
      name: 'AuthorizationErrorException',
      message: expect.stringContaining('is not authorized to perform: sns:Publish on resource'),
      $metadata: { httpStatusCode: 403 },
    });
  });
});

describe('PublishBatch', () => {
  const batch = (...messages: [Id: string, Message: string][]) =>
    new PublishBatchCommand({
      TopicArn: NEWS,
      PublishBatchRequestEntries: messages.map(([Id, Message]) => ({ Id, Message })),
    });

  test('publishes each valid entry, and reports the others', async () => {
    const { sns, sqs } = await start([subscription(INBOX, { raw: true })]);
    const { Successful, Failed } = await sns.send(batch(['1', 'a'], ['2', ''], ['3', 'b']));
    expect(Successful?.map(({ Id }) => Id)).toEqual(['1', '3']);
    expect(Failed).toMatchObject([{ Id: '2', Code: 'InvalidParameter', SenderFault: true }]);
    const messages = await received(sqs, 'inbox', 2);
    expect(messages.map(({ Body }) => Body)).toEqual(['a', 'b']);
  });

  test.each<[[string, string][], string]>([
    [[], 'EmptyBatchRequestException'],
    [Array.from({ length: 11 }, (_, index) => [String(index), 'x']), 'TooManyEntriesInBatchRequestException'],
    [
      [
        ['1', 'a'],
        ['1', 'b'],
      ],
      'BatchEntryIdsNotDistinctException',
    ],
    [
      [
        ['1', 'a'.repeat(200_000)],
        ['2', 'b'.repeat(200_000)],
      ],
      'BatchRequestTooLongException',
    ],
  ])('rejects the batch number %# as a whole', async (messages, name) => {
    const { sns } = await start([]);
    await expect(sns.send(batch(...messages))).rejects.toMatchObject({ name });
  });
});

test('topics and subscriptions can be read', async () => {
  const { sns } = await start([subscription(INBOX)]);
  expect((await sns.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn: NEWS }]);
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: NEWS }));
  expect(Attributes).toMatchObject({ TopicArn: NEWS, Owner: '000000000000', SubscriptionsConfirmed: '1' });
  const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: NEWS }));
  expect(Subscriptions).toMatchObject([{ TopicArn: NEWS, Protocol: 'sqs', Endpoint: INBOX }]);
});

test('CreateTopic returns a topic of the template, and creates none', async () => {
  const { sns } = await start([]);
  expect((await sns.send(new CreateTopicCommand({ Name: 'news' }))).TopicArn).toBe(NEWS);
  await expect(sns.send(new CreateTopicCommand({ Name: 'other' }))).rejects.toThrow('only the template creates topics');
});
