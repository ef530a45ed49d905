import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { type Clients, queue, type RunningAws, runAws, table } from './fixture';

const LOG = table('log');
const WORK = queue('work', { delaySeconds: 0 });

let aws: RunningAws;
let clients: Clients;

beforeEach(async () => {
  aws = await runAws({ tables: [LOG], queues: [WORK] });
  clients = aws.clients();
});

afterEach(() => aws.close());

async function contents(arn: string, limit = 50): Promise<{ status: number; answer: Record<string, unknown> }> {
  const response = await fetch(`${aws.endpoint}/contents?${new URLSearchParams({ arn, limit: String(limit) })}`);
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

test('the items of a table are shown with the names of its keys, up to the limit', async () => {
  const item = (sk: string) => ({ pk: { S: 'a' }, sk: { S: sk } });
  await clients.dynamo.send(new PutItemCommand({ TableName: 'log', Item: item('1') }));
  await clients.dynamo.send(new PutItemCommand({ TableName: 'log', Item: item('2') }));
  expect((await contents(LOG.arn)).answer).toEqual({ keys: ['pk', 'sk'], items: [item('1'), item('2')], more: false });
  expect((await contents(LOG.arn, 1)).answer).toEqual({ keys: ['pk', 'sk'], items: [item('1')], more: true });
});

test('a look at a queue does not receive its messages', async () => {
  const QueueUrl = `${aws.endpoint}/000000000000/work`;
  await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
  await contents(WORK.arn);
  expect((await contents(WORK.arn)).answer).toMatchObject({
    messages: [{ body: 'hello', state: 'visible', receiveCount: 0 }],
    more: false,
  });
  await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 30 }));
  expect((await contents(WORK.arn)).answer).toMatchObject({
    messages: [{ body: 'hello', state: 'in flight', receiveCount: 1 }],
  });
});

test('a delayed message is shown as delayed', async () => {
  const QueueUrl = `${aws.endpoint}/000000000000/work`;
  await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 60 }));
  expect((await contents(WORK.arn)).answer).toMatchObject({ messages: [{ body: 'later', state: 'delayed' }] });
});

test('an ARN that is neither a table nor a queue gets 404', async () => {
  expect(await contents('arn:aws:sqs:us-east-1:000000000000:other')).toEqual({
    status: 404,
    answer: { message: 'arn:aws:sqs:us-east-1:000000000000:other is not the ARN of a table or a queue' },
  });
});
