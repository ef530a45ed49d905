import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type RunningAws, runAws, table, until } from './fixture';

const INDEXED = table('indexed', {
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
});

let aws: RunningAws;
let dynamo: DynamoDBClient;
let now = Date.now();
beforeAll(async () => {
  const tables = [table('plain'), table('expiring', { timeToLiveAttribute: 'expiresAt' }), INDEXED];
  aws = await runAws({ tables, now: () => now });
  dynamo = aws.clients().dynamo;
});
afterAll(() => aws.close());

let names = 0;
const newKey = () => ({ pk: { S: `item ${names++}` }, sk: { S: 'a' } });

const old = { v: { S: 'old' } };
const condition = {
  ConditionExpression: 'attribute_not_exists(pk)',
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
} as const;
test.each([
  ['put', (key: ReturnType<typeof newKey>) => new PutItemCommand({ TableName: 'plain', Item: key, ...condition })],
  [
    'update',
    (Key: ReturnType<typeof newKey>) =>
      new UpdateItemCommand({ TableName: 'plain', Key, UpdateExpression: 'REMOVE v', ...condition }),
  ],
  ['deletion', (Key: ReturnType<typeof newKey>) => new DeleteItemCommand({ TableName: 'plain', Key, ...condition })],
])('a %s whose condition fails returns the old item', async (_, command) => {
  const key = newKey();
  await dynamo.send(new PutItemCommand({ TableName: 'plain', Item: { ...key, ...old } }));
  const error = (await dynamo
    .send(command(key) as PutItemCommand)
    .catch((reason) => reason)) as ConditionalCheckFailedException;
  expect(error).toMatchObject({ name: 'ConditionalCheckFailedException', message: 'The conditional request failed' });
  expect(error.Item).toEqual({ ...key, ...old });
});

test('a write whose condition fails returns no old item by default', async () => {
  const key = newKey();
  const put = { TableName: 'plain', Item: key, ConditionExpression: 'attribute_not_exists(pk)' };
  await dynamo.send(new PutItemCommand(put));
  const error = await dynamo.send(new PutItemCommand(put)).catch((reason) => reason);
  expect(error).toMatchObject({ name: 'ConditionalCheckFailedException' });
  expect(error.Item).toBeUndefined();
});

test('items can be written and read in batches, and queried by key and by index', async () => {
  const keys = Array.from({ length: 3 }, (_, index) => ({ pk: { S: 'batch' }, sk: { S: `${index}` } }));
  const requests = keys.map((key) => ({ PutRequest: { Item: { ...key, owner: { S: `owner ${key.sk.S}` } } } }));
  await dynamo.send(new BatchWriteItemCommand({ RequestItems: { indexed: requests } }));
  const got = await dynamo.send(new BatchGetItemCommand({ RequestItems: { indexed: { Keys: keys } } }));
  expect(got.Responses?.indexed).toHaveLength(3);
  const queried = await dynamo.send(
    new QueryCommand({
      TableName: 'indexed',
      KeyConditionExpression: 'pk = :pk AND sk > :sk',
      ExpressionAttributeValues: { ':pk': { S: 'batch' }, ':sk': { S: '0' } },
    }),
  );
  expect(queried.Items?.map(({ sk }) => sk?.S)).toEqual(['1', '2']);
  const byOwner = () =>
    dynamo.send(
      new QueryCommand({
        TableName: 'indexed',
        IndexName: 'byOwner',
        KeyConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':owner': { S: 'owner 1' } },
      }),
    );
  expect((await byOwner()).Items).toMatchObject([{ sk: { S: '1' } }]);
  const Key = { pk: { S: 'batch' }, sk: { S: '1' } };
  await dynamo.send(new DeleteItemCommand({ TableName: 'indexed', Key }));
  expect((await byOwner()).Items).toEqual([]);
});

test.each([
  [
    '52 items of 300 KB, which are about 16 MB',
    53,
    (index: number) => ({ pk: { S: `large ${index}` }, sk: { S: 'a' } }),
  ],
  ['3 items of 300 KB from one partition key', 4, (index: number) => ({ pk: { S: 'large' }, sk: { S: `${index}` } })],
])('a batch reads at most %s, and returns the next key as unprocessed', async (_, count, keyOf) => {
  const keys = Array.from({ length: count }, (_, index) => keyOf(index));
  const data = { S: 'x'.repeat(300 * 1024 - 30) };
  await Promise.all(keys.map((key) => dynamo.send(new PutItemCommand({ TableName: 'plain', Item: { ...key, data } }))));
  const RequestItems = { plain: { Keys: keys, ProjectionExpression: 'sk' } };
  const { Responses, UnprocessedKeys } = await dynamo.send(new BatchGetItemCommand({ RequestItems }));
  expect(Responses?.plain).toHaveLength(count - 1);
  expect(UnprocessedKeys).toEqual({ plain: { Keys: keys.slice(-1), ProjectionExpression: 'sk' } });
});

test('a batch with more than 25 writes to several tables is rejected', async () => {
  const requests = (count: number) => Array.from({ length: count }, () => ({ PutRequest: { Item: newKey() } }));
  const write = (RequestItems: Record<string, ReturnType<typeof requests>>) =>
    dynamo.send(new BatchWriteItemCommand({ RequestItems }));
  await write({ plain: requests(13), expiring: requests(12) });
  await expect(write({ plain: requests(13), expiring: requests(13) })).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Too many items requested for the BatchWriteItem call',
  });
});

test('an item stays until it expires and is deleted within a second after that', async () => {
  const key = newKey();
  const seconds = Math.floor(now / 1000);
  await dynamo.send(
    new PutItemCommand({ TableName: 'expiring', Item: { ...key, expiresAt: { N: `${seconds + 60}` } } }),
  );
  const get = async () => (await dynamo.send(new GetItemCommand({ TableName: 'expiring', Key: key }))).Item;
  now += 59_000;
  expect(await get()).toBeDefined();
  now += 3000;
  await until(async () => (await get()) === undefined);
});

test('an item is not deleted if its expiry was extended or was more than five years ago', async () => {
  const [extended, ancient, expired] = [newKey(), newKey(), newKey()];
  const seconds = Math.floor(now / 1000);
  const put = (key: object, expiresAt: number) =>
    dynamo.send(new PutItemCommand({ TableName: 'expiring', Item: { ...key, expiresAt: { N: `${expiresAt}` } } }));
  await put(extended, seconds + 10);
  await put(extended, seconds + 1000);
  await put(ancient, seconds - 6 * 365 * 24 * 3600);
  await put(expired, seconds + 10);
  now += 12_000;
  const left = async () => {
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: 'expiring' }));
    return Items.map(({ pk }) => pk?.S);
  };
  await until(async () => !(await left()).includes(expired.pk.S));
  expect(await left()).toEqual(expect.arrayContaining([extended.pk.S, ancient.pk.S]));
});

test('the tables of the template can be listed and described', async () => {
  expect((await dynamo.send(new ListTablesCommand({}))).TableNames).toEqual(['expiring', 'indexed', 'plain']);
  const { TimeToLiveDescription } = await dynamo.send(new DescribeTimeToLiveCommand({ TableName: 'expiring' }));
  expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: 'indexed' }));
  expect(Table).toMatchObject({ TableStatus: 'ACTIVE', TableArn: INDEXED.arn });
});

test('the error for an operation that is not emulated names the operation', async () => {
  const error = await dynamo
    .send(new CreateTableCommand({ TableName: 'more', AttributeDefinitions: [], KeySchema: [] }))
    .catch((reason) => reason);
  expect(error).toMatchObject({ name: 'UnknownOperationException', message: 'CreateTable does not run here' });
});

describe('an endpoint with a data folder', () => {
  const directory = mkdtempSync(join(tmpdir(), 'aws-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  test('keeps items between runs and deletes them when they expire', async () => {
    let time = Date.now();
    const start = () =>
      runAws({ tables: [table('kept', { timeToLiveAttribute: 'expiresAt' })], data: directory, now: () => time });
    const Item = { ...newKey(), expiresAt: { N: `${Math.floor(time / 1000) + 60}` } };
    const first = await start();
    await first.clients().dynamo.send(new PutItemCommand({ TableName: 'kept', Item }));
    await first.close();

    const second = await start();
    const client = second.clients().dynamo;
    const all = async () => (await client.send(new ScanCommand({ TableName: 'kept' }))).Items;
    expect(await all()).toEqual([Item]);
    time += 62_000;
    await until(async () => (await all())?.length === 0);
    await second.close();

    const { definition } = INDEXED;
    await expect(runAws({ tables: [table('kept', { definition })], data: directory })).rejects.toThrow(
      'The kept table kept has other keys or indexes than the template. Fix: use another folder with --data',
    );
  });

  test('names the table whose definition is invalid', async () => {
    const definition = { ...INDEXED.definition, KeySchema: [] };
    await expect(runAws({ tables: [table('broken', { definition })] })).rejects.toThrow(
      /^The table broken cannot be created: /,
    );
  });

  test('rejects a second run on the same folder', async () => {
    const run = await runAws({ tables: [table('kept')], data: join(directory, 'other') });
    await expect(runAws({ tables: [table('kept')], data: join(directory, 'other') })).rejects.toThrow(
      /is in use by another run\. Fix: stop it, or use another folder\.$/,
    );
    await run.close();
  });
});
