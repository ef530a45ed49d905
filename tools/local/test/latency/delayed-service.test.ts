import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { LatencyKind } from '../../latency/aws-latencies';
import { awsLatencies, type Latencies } from '../../latency/latencies';
import { queue, runAws, type RunningAws, table } from '../aws/fixture';

const Key = { pk: { S: 'a' }, sk: { S: 'b' } };

let aws: RunningAws | undefined;

async function clientsWith(latencies: Latencies) {
  aws = await runAws({ tables: [table('items')], queues: [queue('letters')], latencies });
  return { ...aws.clients(), url: `${aws.endpoint}/000000000000/letters` };
}

afterEach(async () => {
  await aws?.close();
  aws = undefined;
});

/** Latencies of the given kinds only. */
function only(latencies: Partial<Record<LatencyKind, number>>): Latencies {
  return { next: (kind) => latencies[kind] ?? 0 };
}

test('other callers see a write before its own caller has the answer', async () => {
  const { dynamo } = await clientsWith(only({ write: 300 }));
  let answered = false;
  const put = dynamo
    .send(new PutItemCommand({ TableName: 'items', Item: { ...Key, name: { S: 'new' } } }))
    .then(() => (answered = true));
  const read = async () => (await dynamo.send(new GetItemCommand({ TableName: 'items', Key }))).Item;
  let item = await read();
  while (!item) {
    item = await read();
  }
  expect({ item, answered }).toEqual({ item: { ...Key, name: { S: 'new' } }, answered: false });
  await put;
});

test('a failed write is also delayed, and its error stays the same', async () => {
  const { dynamo } = await clientsWith(only({ write: 300 }));
  const order: string[] = [];
  const failed = dynamo
    .send(new PutItemCommand({ TableName: 'items', Item: Key, ConditionExpression: 'attribute_exists(pk)' }))
    .catch(({ name }: Error) => order.push(name));
  await dynamo.send(new GetItemCommand({ TableName: 'items', Key }));
  order.push('read');
  await failed;
  expect(order).toEqual(['read', 'ConditionalCheckFailedException']);
});

test('with latencies of AWS, each caller sees its own earlier writes, and no concurrent write is lost', async () => {
  const { dynamo } = await clientsWith(awsLatencies());
  const add = async (writer: number) => {
    const seen: number[] = [];
    for (let count = 1; count <= 10; count += 1) {
      await dynamo.send(
        new UpdateItemCommand({
          TableName: 'items',
          Key,
          UpdateExpression: 'ADD #all :one, #own :one',
          ExpressionAttributeNames: { '#all': 'all', '#own': `of${writer}` },
          ExpressionAttributeValues: { ':one': { N: '1' } },
        }),
      );
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: 'items', Key, ConsistentRead: true }));
      seen.push(Number(Item?.[`of${writer}`]?.N));
    }
    return seen;
  };
  const seen = await Promise.all([1, 2, 3, 4].map(add));
  expect(seen).toEqual(Array.from({ length: 4 }, () => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: 'items', Key }));
  expect(Item?.all).toEqual({ N: '40' });
});

test('a message can be received only after its latency, and then at once', async () => {
  const { sqs, url: QueueUrl } = await clientsWith(only({ queue: 400 }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
  const early = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 }));
  expect(early.Messages ?? []).toEqual([]);
  const late = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  expect(late.Messages?.map(({ Body }) => Body)).toEqual(['hello']);
});
