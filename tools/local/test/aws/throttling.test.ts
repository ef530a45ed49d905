import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  type TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type RunningAws, runAws, table } from './fixture';

const ProvisionedThroughput = { ReadCapacityUnits: 1000, WriteCapacityUnits: 1000 };
const TABLES = [
  table('demand', {
    indexes: {
      AttributeDefinitions: ['pk', 'sk', 'owner'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byOwner',
          KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    },
  }),
  table('provisioned', { indexes: { ProvisionedThroughput } }),
];

let aws: RunningAws;
let dynamo: DynamoDBClient;
let now = Date.now();
beforeAll(async () => {
  aws = await runAws({ tables: TABLES, now: () => now, partitionLimits: { read: 8, write: 8 } });
  dynamo = aws.clients().dynamo;
});
afterAll(() => aws.close());

let names = 0;
/** A new partition key, and functions that use its units. */
function hotKey(TableName = 'demand') {
  const pk = { S: `key ${names++}` };
  const item = (kilobytes: number, sk = 'a') => ({
    pk,
    sk: { S: sk },
    data: { S: 'x'.repeat(kilobytes * 1024 - 100) },
  });
  const put = (kilobytes: number, sk = 'a') =>
    dynamo.send(new PutItemCommand({ TableName, Item: item(kilobytes, sk) }));
  const get = (ConsistentRead = true, sk = 'a') =>
    dynamo.send(new GetItemCommand({ TableName, Key: { pk, sk: { S: sk } }, ConsistentRead }));
  const query = (more: object = {}) =>
    dynamo.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
        ...more,
      }),
    );
  return { pk, item, put, get, query };
}

/** @returns the number of times until the first failure, at most 50 */
async function times(act: () => Promise<unknown>): Promise<number> {
  for (let count = 0; count < 50; count++) {
    const failed = await act().then(
      () => false,
      ({ name }) => /Throttling|ThroughputExceeded/.test(name),
    );
    if (failed) {
      return count;
    }
  }
  return 50;
}
const throttled = { name: 'ThrottlingException' };
const reasonsOf = async (answer: Promise<unknown>) =>
  ((await answer.catch((reason) => reason)) as TransactionCanceledException).CancellationReasons?.map(
    ({ Code }) => Code,
  );

test('a hot partition key of an on-demand table is throttled with a reason, its other keys are not, and a second refills it', async () => {
  const { put } = hotKey();
  expect(await times(() => put(2))).toBe(4);
  await expect(put(1)).rejects.toMatchObject({
    ...throttled,
    $metadata: { httpStatusCode: 400 },
    throttlingReasons: [{ reason: 'TableWriteKeyRangeThroughputExceeded', resource: TABLES[0]?.arn }],
  });
  await hotKey().put(1);
  now += 500;
  expect(await times(() => put(1, 'b'))).toBe(4);
  now += 60_000;
  expect(await times(() => put(1, 'b'))).toBe(8);
});

test('a hot partition key refills although the clock was set back', async () => {
  const { put } = hotKey();
  await put(8);
  now -= 3_600_000;
  await expect(put(1)).rejects.toMatchObject(throttled);
  now += 1000;
  await put(1);
});

test('a hot partition key of a provisioned table is throttled with ProvisionedThroughputExceededException', async () => {
  const { put, item } = hotKey('provisioned');
  await put(8);
  await expect(put(1)).rejects.toMatchObject({
    name: 'ProvisionedThroughputExceededException',
    ThrottlingReasons: [{ reason: 'TableWriteKeyRangeThroughputExceeded', resource: TABLES[1]?.arn }],
  });
  const Put = { TableName: 'provisioned', Item: item(1) };
  expect(await reasonsOf(dynamo.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }] })))).toEqual([
    'ProvisionedThroughputExceeded',
  ]);
});

test('reads are throttled separately from writes: a unit for 4 KB, half of it if eventually consistent', async () => {
  const { put, get } = hotKey();
  await put(6);
  expect(await times(() => get())).toBe(4);
  now += 1000;
  expect(await times(() => get(false))).toBe(8);
  now += 1000;
  expect(await times(() => get(true, 'absent'))).toBe(8);
  await put(1);
});

test('a query consumes the units of all items that it reads, also of those that its filter and its projection omit', async () => {
  const { put, get, query } = hotKey();
  for (const sk of ['a', 'b', 'c']) {
    await put(6, sk);
    now += 1000;
  }
  const filtered = {
    FilterExpression: 'attribute_not_exists(#data)',
    ProjectionExpression: 'sk',
    ExpressionAttributeNames: { '#data': 'data' },
  };
  const answer = await query(filtered);
  expect(answer).toMatchObject({ Count: 0, ScannedCount: 3 });
  expect(answer).not.toHaveProperty('ConsumedCapacity');
  // 18 KB are 5 units of 8.
  expect(await times(() => get(true, 'absent'))).toBe(3);
  await expect(query()).rejects.toMatchObject({
    ...throttled,
    throttlingReasons: [{ reason: 'TableReadKeyRangeThroughputExceeded' }],
  });
  now += 1000;
  const { ConsumedCapacity } = await query({ ReturnConsumedCapacity: 'TOTAL' });
  expect(ConsumedCapacity?.CapacityUnits).toBe(5);
});

test('a key of an index has its own units', async () => {
  const { item, get } = hotKey();
  const Item = { ...item(1), owner: { S: 'alice' } };
  await dynamo.send(new PutItemCommand({ TableName: 'demand', Item }));
  const byOwner = () =>
    dynamo.send(
      new QueryCommand({
        TableName: 'demand',
        IndexName: 'byOwner',
        KeyConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':owner': { S: 'alice' } },
      }),
    );
  expect(await times(byOwner)).toBe(16);
  await expect(byOwner()).rejects.toMatchObject({
    throttlingReasons: [{ reason: 'IndexReadKeyRangeThroughputExceeded', resource: `${TABLES[0]?.arn}/index/byOwner` }],
  });
  await get();
});

test('a write consumes the units of the larger one of the old and the new item, also if its condition fails', async () => {
  const { pk, put } = hotKey();
  await put(4);
  now += 1000;
  const update = new UpdateItemCommand({
    TableName: 'demand',
    Key: { pk, sk: { S: 'a' } },
    UpdateExpression: 'SET n = :n',
    ConditionExpression: 'attribute_exists(n)',
    ExpressionAttributeValues: { ':n': { N: '1' } },
  });
  await expect(dynamo.send(update)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  expect(await times(() => put(1))).toBe(1);
});

test('a transaction consumes twice the units of its reads and writes, and is canceled if a key has none left', async () => {
  const [hot, cold] = [hotKey(), hotKey()];
  const write = () =>
    dynamo.send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName: 'demand', Item: hot.item(2) } }],
      }),
    );
  await write();
  await write();
  const both = [hot, cold].map(({ item }) => ({ Put: { TableName: 'demand', Item: item(1) } }));
  expect(await reasonsOf(dynamo.send(new TransactWriteItemsCommand({ TransactItems: both })))).toEqual([
    'ThrottlingError',
    'None',
  ]);
  expect((await cold.get()).Item).toBeUndefined();
  const read = () =>
    dynamo.send(
      new TransactGetItemsCommand({
        TransactItems: [{ Get: { TableName: 'demand', Key: { pk: hot.pk, sk: { S: 'a' } } } }],
      }),
    );
  for (let count = 0; count < 4; count++) {
    await read();
  }
  expect(await reasonsOf(read())).toEqual(['ThrottlingError']);
});

test('a batch returns the requests of a hot key as unprocessed, and fails only if all of its keys are hot', async () => {
  const [hot, cold] = [hotKey(), hotKey()];
  await hot.put(8);
  await times(() => hot.get());
  const request = ({ item }: typeof hot) => ({ PutRequest: { Item: item(1) } });
  const write = (...requests: object[]) =>
    dynamo.send(new BatchWriteItemCommand({ RequestItems: { demand: requests } } as never));
  const key = ({ pk }: typeof hot) => ({ pk, sk: { S: 'a' } });
  const read = (...Keys: ReturnType<typeof key>[]) =>
    dynamo.send(
      new BatchGetItemCommand({
        RequestItems: { demand: { Keys, ConsistentRead: true, ProjectionExpression: 'sk' } },
      }),
    );
  expect((await write(request(hot), request(cold))).UnprocessedItems).toEqual({ demand: [request(hot)] });
  expect(await read(key(hot), key(cold))).toMatchObject({
    Responses: { demand: [{ sk: { S: 'a' } }] },
    UnprocessedKeys: { demand: { Keys: [key(hot)], ConsistentRead: true, ProjectionExpression: 'sk' } },
  });
  await expect(write(request(hot))).rejects.toMatchObject(throttled);
  await expect(read(key(hot))).rejects.toMatchObject(throttled);
});
