import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  type SendMessageCommandInput,
  type SQSClient,
  StartMessageMoveTaskCommand,
  type StartMessageMoveTaskCommandInput,
} from '@aws-sdk/client-sqs';
import { queue, type RunningAws, runAws } from './fixture';

let now: number;
let aws: RunningAws;
let sqs: SQSClient;
beforeEach(async () => {
  now = Date.now();
  aws = await runAws({
    queues: [
      queue('work', { deadLetter: { queue: queue('dead').arn, maxReceiveCount: 2 } }),
      queue('dead'),
      queue('slow', { delaySeconds: 60, retentionSeconds: 300 }),
      queue('turns.fifo'),
    ],
    now: () => now,
  });
  sqs = aws.clients().sqs;
});
afterEach(() => aws.close());

const url = (name = 'work') => `${aws.endpoint}/000000000000/${name}`;
const send = (MessageBody: string, name?: string, more: Partial<SendMessageCommandInput> = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl: url(name), MessageBody, ...more }));
const sendBatch = (...Entries: SendMessageBatchRequestEntry[]) =>
  sqs.send(new SendMessageBatchCommand({ QueueUrl: url(), Entries }));
const receive = async (name?: string, more: Partial<ReceiveMessageCommandInput> = {}) => {
  const input = {
    QueueUrl: url(name),
    MaxNumberOfMessages: 10,
    MessageSystemAttributeNames: ['All' as const],
    ...more,
  };
  return (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
};
const bodies = async (name?: string, more?: Partial<ReceiveMessageCommandInput>) =>
  (await receive(name, more)).map(({ Body }) => Body);
const counts = async (name?: string) => {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url(name), AttributeNames: ['All'] }),
  );
  return [
    Attributes?.ApproximateNumberOfMessages,
    Attributes?.ApproximateNumberOfMessagesNotVisible,
    Attributes?.ApproximateNumberOfMessagesDelayed,
  ].map(Number);
};

test('a received message is hidden until its visibility timeout ends, and its receives are counted', async () => {
  await send('a');
  const [first] = await receive();
  expect(first).toMatchObject({
    Body: 'a',
    Attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(now),
      ApproximateFirstReceiveTimestamp: String(now),
    },
  });
  now += 29_999;
  expect(await bodies()).toEqual([]);
  now += 1;
  const [second] = await receive();
  expect(second).toMatchObject({ MessageId: first?.MessageId, Attributes: { ApproximateReceiveCount: '2' } });
  expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
});

test('a deleted message is not delivered again', async () => {
  await send('a');
  const [{ ReceiptHandle } = {}] = await receive();
  await sqs.send(new DeleteMessageCommand({ QueueUrl: url(), ReceiptHandle }));
  now += 60_000;
  expect(await bodies()).toEqual([]);
  await sqs.send(new DeleteMessageCommand({ QueueUrl: url(), ReceiptHandle }));
});

test('the visibility timeout can be changed only for messages in flight', async () => {
  await send('a');
  const [{ ReceiptHandle } = {}] = await receive();
  const change = (VisibilityTimeout: number) =>
    sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url(), ReceiptHandle, VisibilityTimeout }));
  await change(100);
  now += 99_000;
  expect(await bodies()).toEqual([]);
  await change(0);
  await expect(change(10)).rejects.toMatchObject({ name: 'MessageNotInflight' });
  expect(await bodies()).toEqual(['a']);
});

test('a message moves to the dead-letter queue when it would exceed the maximum receive count', async () => {
  const { MessageId } = await send('poison');
  await send('fine');
  for (let receipts = 0; receipts < 2; receipts++) {
    expect(await receive('work', { MaxNumberOfMessages: 1 })).toMatchObject([{ MessageId }]);
    now += 30_000;
  }
  expect(await bodies()).toEqual(['fine']);
  expect(await receive('dead')).toMatchObject([
    { MessageId, Body: 'poison', Attributes: { ApproximateReceiveCount: '3' } },
  ]);
});

test('a move task moves messages out of a dead-letter queue, as new ones, to their source or another destination', async () => {
  const giveUp = async (body: string) => {
    const { MessageId } = await send(body);
    for (let receipts = 0; receipts < 3; receipts++) {
      await receive();
      now += 30_000;
    }
    return MessageId;
  };
  const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
  const move = (input: StartMessageMoveTaskCommandInput) => sqs.send(new StartMessageMoveTaskCommand(input));
  const MessageId = await giveUp('poison');
  expect(await receive('dead', { VisibilityTimeout: 0 })).toMatchObject([
    { MessageId, Attributes: { DeadLetterQueueSourceArn: arn('work') } },
  ]);
  expect(await move({ SourceArn: arn('dead') })).toMatchObject({ TaskHandle: expect.any(String) });
  const [moved] = await receive();
  expect(moved).toMatchObject({ Body: 'poison', Attributes: { ApproximateReceiveCount: '1' } });
  expect(moved?.MessageId).not.toBe(MessageId);
  expect(await counts('dead')).toEqual([0, 0, 0]);

  await sqs.send(new PurgeQueueCommand({ QueueUrl: url() }));
  await giveUp('again');
  await move({ SourceArn: arn('dead'), DestinationArn: arn('slow') });
  expect(await counts('slow')).toEqual([0, 0, 1]);
  await expect(move({ SourceArn: arn('work') })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  await expect(move({ SourceArn: arn('none') })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a message is delayed by the queue or by its own delay, and deleted after the retention period', async () => {
  await send('by queue', 'slow');
  await send('by message', 'slow', { DelaySeconds: 10 });
  expect(await counts('slow')).toEqual([0, 0, 2]);
  now += 10_000;
  expect(await bodies('slow')).toEqual(['by message']);
  now += 50_000;
  expect(await counts('slow')).toEqual([2, 0, 0]);
  now += 240_000;
  expect(await counts('slow')).toEqual([0, 0, 0]);
});

test('a receive call waits for a message for up to WaitTimeSeconds', async () => {
  const waiting = receive('work', { WaitTimeSeconds: 20 });
  await send('a');
  expect(await waiting).toMatchObject([{ Body: 'a' }]);
});

test('a receive call returns only the requested attributes, with their digest', async () => {
  const MessageAttributes = {
    kind: { DataType: 'String', StringValue: 'news' },
    weight: { DataType: 'Number', StringValue: '3' },
    raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 3]) },
  };
  const sent = await send('a', 'work', { MessageAttributes });
  const [all] = await receive('work', { MessageAttributeNames: ['All'] });
  expect(all?.MessageAttributes).toEqual(MessageAttributes);
  expect(all?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
  now += 30_000;
  const [some] = await receive('work', { MessageAttributeNames: ['ki.*'] });
  expect(Object.keys(some?.MessageAttributes ?? {})).toEqual(['kind']);
  expect(some?.MD5OfMessageAttributes).not.toBe(sent.MD5OfMessageAttributes);
});

test('a batch call reports the entries that failed', async () => {
  const { Successful, Failed } = await sendBatch(
    { Id: 'good', MessageBody: 'a' },
    { Id: 'bad', MessageBody: 'b', DelaySeconds: 901 },
  );
  expect(Successful).toMatchObject([{ Id: 'good' }]);
  expect(Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidParameterValue', SenderFault: true }]);
  const messages = await receive();
  const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
  const changed = await sqs.send(
    new ChangeMessageVisibilityBatchCommand({
      QueueUrl: url(),
      Entries: Entries.map((entry) => ({ ...entry, VisibilityTimeout: 5 })),
    }),
  );
  expect(changed.Successful).toEqual([{ Id: '0' }]);
  const removed = await sqs.send(
    new DeleteMessageBatchCommand({ QueueUrl: url(), Entries: [...Entries, { Id: 'x', ReceiptHandle: 'nonsense' }] }),
  );
  expect(removed).toMatchObject({ Successful: [{ Id: '0' }], Failed: [{ Id: 'x', Code: 'ReceiptHandleIsInvalid' }] });
});

const entry = (Id: string, MessageBody = 'x') => ({ Id, MessageBody });
test.each([
  ['EmptyBatchRequest', []],
  ['TooManyEntriesInBatchRequest', Array.from({ length: 11 }, (_, index) => entry(`${index}`))],
  ['BatchEntryIdsNotDistinct', [entry('a'), entry('a')]],
  ['InvalidBatchEntryId', [entry('a b')]],
  ['BatchRequestTooLong', [entry('a', 'x'.repeat(600_000)), entry('b', 'x'.repeat(600_000))]],
])('an invalid batch is rejected as a whole: %s', async (kind, Entries) => {
  await expect(sendBatch(...Entries)).rejects.toMatchObject({ name: kind });
});

test.each(['\uFFFF', '\uFFFE', '\u0000', '\u000B', '\u001F'])(
  'a message with the character %j is rejected, and the other messages of its batch are accepted',
  async (character) => {
    await expect(send(`a${character}`)).rejects.toMatchObject({ name: 'InvalidMessageContents' });
    const { Successful, Failed } = await sendBatch(
      entry('good', '\t\r\n\uD7FF\uE000\uFFFD😀\u{10FFFF}'),
      entry('bad', character),
    );
    expect(Successful).toMatchObject([{ Id: 'good' }]);
    expect(Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }]);
    expect(await bodies()).toEqual(['\t\r\n\uD7FF\uE000\uFFFD😀\u{10FFFF}']);
  },
);

test('a message of 1 MiB is accepted, and a larger one is rejected', async () => {
  await send('x'.repeat(1024 * 1024));
  await expect(send('x'.repeat(1024 * 1024 + 1))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

test('queues are found by name, an unknown name is an error, and queues cannot be created', async () => {
  expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'work' }))).QueueUrl).toBe(url());
  const { QueueUrls } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'w' }));
  expect(QueueUrls).toEqual([url()]);
  const none = sqs.send(new GetQueueUrlCommand({ QueueName: 'none' }));
  await expect(none).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  await expect(sqs.send(new CreateQueueCommand({ QueueName: 'more' }))).rejects.toMatchObject({
    name: 'UnsupportedOperation',
  });
});

test('a queue URL in the format of AWS is accepted', async () => {
  const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/work';
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
  expect(await bodies()).toEqual(['a']);
});

test('messages are kept between runs if there is a data folder', async () => {
  const data = mkdtempSync(join(tmpdir(), 'aws-'));
  const start = () => runAws({ queues: [queue('work')], data });
  const first = await start();
  const inFirst = { QueueUrl: `${first.endpoint}/000000000000/work` };
  const client = first.clients().sqs;
  for (const MessageBody of ['deleted', 'hidden', 'visible']) {
    await client.send(new SendMessageCommand({ ...inFirst, MessageBody }));
  }
  const { Messages: [deleted] = [] } = await client.send(new ReceiveMessageCommand(inFirst));
  await client.send(new DeleteMessageCommand({ ...inFirst, ReceiptHandle: deleted?.ReceiptHandle }));
  await client.send(new ReceiveMessageCommand(inFirst));
  await first.close();

  const second = await start();
  const inSecond = { QueueUrl: `${second.endpoint}/000000000000/work`, MaxNumberOfMessages: 10 };
  const { Messages } = await second.clients().sqs.send(new ReceiveMessageCommand(inSecond));
  expect(Messages?.map(({ Body }) => Body)).toEqual(['visible']);
  await second.close();
  rmSync(data, { recursive: true });
});

test('the endpoint does not start if a dead-letter queue is missing', async () => {
  const lost = queue('lost', { deadLetter: { queue: queue('none').arn, maxReceiveCount: 1 } });
  await expect(runAws({ queues: [lost] })).rejects.toThrow(
    'The dead-letter queue arn:aws:sqs:us-east-1:000000000000:none of lost does not run here',
  );
});

test('purging a queue deletes its messages', async () => {
  await send('a');
  await sqs.send(new PurgeQueueCommand({ QueueUrl: url() }));
  expect(await bodies()).toEqual([]);
});

describe('a FIFO queue', () => {
  const turn = (body: string, MessageGroupId: string, MessageDeduplicationId = body) =>
    send(body, 'turns.fifo', { MessageGroupId, MessageDeduplicationId });
  const FIFO = { MaxNumberOfMessages: 1 };

  test('delivers no other message of a group while one is in flight', async () => {
    await turn('a1', 'a');
    await turn('a2', 'a');
    await turn('b1', 'b');
    const [{ Body, ReceiptHandle } = {}] = await receive('turns.fifo', FIFO);
    expect(Body).toBe('a1');
    expect(await bodies('turns.fifo', FIFO)).toEqual(['b1']);
    expect(await bodies('turns.fifo', FIFO)).toEqual([]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url('turns.fifo'), ReceiptHandle }));
    expect(await bodies('turns.fifo', FIFO)).toEqual(['a2']);
  });

  test('does not redeliver a message while a later one of its group is in flight', async () => {
    await turn('a1', 'a');
    await turn('a2', 'a');
    const [first, second] = await receive('turns.fifo');
    const QueueUrl = url('turns.fifo');
    const { ReceiptHandle } = first ?? {};
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    expect(await bodies('turns.fifo')).toEqual([]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle }));
    expect(await bodies('turns.fifo')).toEqual(['a1']);
  });

  test('redelivers a message before the later ones of its group', async () => {
    await turn('a1', 'a');
    await turn('a2', 'a');
    await receive('turns.fifo', FIFO);
    now += 30_000;
    expect(await bodies('turns.fifo')).toEqual(['a1', 'a2']);
  });

  test('accepts a deduplication id once in five minutes', async () => {
    const first = await turn('a', 'a', 'same');
    const second = await turn('b', 'a', 'same');
    expect(second.MessageId).toBe(first.MessageId);
    now += 5 * 60 * 1000;
    await turn('c', 'a', 'same');
    expect(await bodies('turns.fifo')).toEqual(['a', 'c']);
  });

  test('requires a message group', async () => {
    await expect(send('a', 'turns.fifo')).rejects.toMatchObject({ name: 'MissingParameter' });
  });
});
