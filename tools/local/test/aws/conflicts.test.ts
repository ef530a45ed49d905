import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactGetItemsCommand,
  type TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { type RunningAws, runAws, table, until } from './fixture';

let aws: RunningAws;
let dynamo: DynamoDBClient;
let now = Date.now();
/** Makes each transaction fail. */
let fails = false;
/** Ends the ongoing transactions, in order. */
const ends: (() => void)[] = [];
beforeAll(async () => {
  aws = await runAws({
    tables: [table('plain', { streamViewType: 'NEW_IMAGE' }), table('expiring', { timeToLiveAttribute: 'expiresAt' })],
    now: () => now,
    transactionDuration: () =>
      new Promise<void>((resolve, reject) =>
        fails ? reject(new Error('No space left on device')) : ends.push(resolve),
      ),
  });
  dynamo = aws.clients().dynamo;
});
afterAll(() => aws.close());

let names = 0;
const newKey = () => ({ pk: { S: `item ${names++}` }, sk: { S: 'a' } });
type Key = ReturnType<typeof newKey>;
const put = (key: Key, n: number, TableName = 'plain') => ({
  Put: { TableName, Item: { ...key, n: { N: `${n}` } } },
});
const transact = (TransactItems: object[]) => dynamo.send(new TransactWriteItemsCommand({ TransactItems } as never));
const numberOf = async (key: Key, TableName = 'plain') =>
  (await dynamo.send(new GetItemCommand({ TableName, Key: key, ConsistentRead: true }))).Item?.n?.N;
const reasonsOf = async (answer: Promise<unknown>) => {
  const error = (await answer.catch((reason) => reason)) as TransactionCanceledException;
  return error.CancellationReasons?.map(({ Code }) => Code);
};

/** Performs a transaction that puts n: 2 and ends after `meanwhile`. */
async function during(key: Key, meanwhile: () => Promise<void>, TableName = 'plain'): Promise<void> {
  const outcome = transact([put(key, 2, TableName)]);
  await until(async () => ends.length > 0);
  await meanwhile().finally(() => ends.shift()?.());
  await outcome;
}

test('of two transactions of one item at the same time, the second is canceled, and the item has the value of the first', async () => {
  const key = newKey();
  await during(key, async () => {
    expect(await reasonsOf(transact([put(newKey(), 3), put(key, 3)]))).toEqual(['None', 'TransactionConflict']);
  });
  expect(await numberOf(key)).toBe('2');
});

test('a plain write of an item fails with status 400 while a transaction of the item is ongoing', async () => {
  const key = newKey();
  await during(key, async () => {
    await expect(dynamo.send(new PutItemCommand({ TableName: 'plain', Item: key }))).rejects.toMatchObject({
      name: 'TransactionConflictException',
      message: 'Transaction is ongoing for the item',
      $metadata: { httpStatusCode: 400 },
    });
  });
});

test('a canceled transaction leaves its other items free', async () => {
  const [taken, free] = [newKey(), newKey()];
  await during(taken, async () => {
    await reasonsOf(transact([put(taken, 3), put(free, 3)]));
    await dynamo.send(new PutItemCommand(put(free, 4).Put));
  });
  expect(await numberOf(free)).toBe('4');
});

test('a batch returns the writes of items in ongoing transactions as unprocessed, and performs the others', async () => {
  const [taken, free] = [newKey(), newKey()];
  const request = (key: Key) => ({ PutRequest: { Item: { ...key, n: { N: '3' } } } });
  const write = (...keys: Key[]) =>
    dynamo.send(new BatchWriteItemCommand({ RequestItems: { plain: keys.map(request) } }));
  await during(taken, async () => {
    expect((await write(taken, free)).UnprocessedItems).toEqual({ plain: [request(taken)] });
    expect((await write(taken)).UnprocessedItems).toEqual({ plain: [request(taken)] });
  });
  expect(await numberOf(taken)).toBe('2');
  expect(await numberOf(free)).toBe('3');
  expect((await write(taken)).UnprocessedItems).toEqual({});
  expect(await numberOf(taken)).toBe('3');
});

test('a transaction that reads an item of an ongoing transaction is canceled', async () => {
  const key = newKey();
  const get = () =>
    dynamo.send(
      new TransactGetItemsCommand({
        TransactItems: [newKey(), key].map((Key) => ({ Get: { TableName: 'plain', Key } })),
      }),
    );
  await during(key, async () => {
    expect(await reasonsOf(get())).toEqual(['None', 'TransactionConflict']);
    expect(await numberOf(key)).toBeUndefined();
    const { Items } = await dynamo.send(new ScanCommand({ TableName: 'plain' }));
    expect(Items?.map(({ pk }) => pk)).not.toContainEqual(key.pk);
  });
  expect((await get()).Responses?.[1]?.Item).toMatchObject({ n: { N: '2' } });
});

test('a transaction that could not be stored leaves its items free, and can be repeated with its token', async () => {
  const key = newKey();
  const send = () =>
    dynamo.send(new TransactWriteItemsCommand({ TransactItems: [put(key, 2)], ClientRequestToken: 'again' }));
  fails = true;
  await expect(send()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  fails = false;
  await dynamo.send(new PutItemCommand(put(key, 1).Put));
  const repeated = send();
  await until(async () => ends.length > 0);
  ends.shift()?.();
  await repeated;
  expect(await numberOf(key)).toBe('2');
});

test('an expired item in an ongoing transaction is not deleted before the transaction ends', async () => {
  const key = newKey();
  const Item = { ...key, n: { N: '1' }, expiresAt: { N: `${Math.floor(now / 1000) + 10}` } };
  await dynamo.send(new PutItemCommand({ TableName: 'expiring', Item }));
  const other = { ...newKey(), expiresAt: Item.expiresAt };
  await dynamo.send(new PutItemCommand({ TableName: 'expiring', Item: other }));
  const check = { TableName: 'expiring', Key: key, ConditionExpression: 'attribute_exists(pk)' };
  const outcome = transact([{ ConditionCheck: check }]);
  await until(async () => ends.length > 0);
  now += 20_000;
  const present = async () => (await dynamo.send(new ScanCommand({ TableName: 'expiring' }))).Items?.length;
  await until(async () => (await present()) === 1);
  expect(await numberOf(key, 'expiring')).toBe('1');
  ends.shift()?.();
  await outcome;
  now += 1000;
  await until(async () => (await present()) === 0);
});
