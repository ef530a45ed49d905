import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  type TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { type RunningAws, runAws, table } from './fixture';

let aws: RunningAws;
let dynamo: DynamoDBClient;
let now = Date.now();
beforeAll(async () => {
  aws = await runAws({ tables: [table('one'), table('two')], now: () => now });
  dynamo = aws.clients().dynamo;
});
afterAll(() => aws.close());

let names = 0;
const newKey = () => ({ pk: { S: `item ${names++}` }, sk: { S: 'a' } });
const absent = { ConditionExpression: 'attribute_not_exists(pk)' };
const present = { ConditionExpression: 'attribute_exists(pk)' };
const put = (Item: object, more: object = {}, TableName = 'one') =>
  ({ Put: { TableName, Item, ...more } }) as TransactWriteItem;

const transact = (items: TransactWriteItem[], ClientRequestToken?: string) =>
  dynamo.send(new TransactWriteItemsCommand({ TransactItems: items, ClientRequestToken }));
const read = async (Key: ReturnType<typeof newKey>, TableName = 'one') =>
  (await dynamo.send(new GetItemCommand({ TableName, Key }))).Item;
const reasons = async (answer: Promise<unknown>) => {
  const error = (await answer.then(
    () => undefined,
    (reason) => reason,
  )) as TransactionCanceledException;
  expect(error).toMatchObject({ name: 'TransactionCanceledException' });
  return error.CancellationReasons;
};

test('a transaction performs a put, an update, a delete and a condition check together, across several tables', async () => {
  const [put1, updated, deleted, checked] = [newKey(), newKey(), newKey(), newKey()];
  await transact([put({ ...updated, n: { N: '1' } }), put(deleted), put(checked, {}, 'two')]);
  await transact([
    put(put1, absent),
    {
      Update: {
        TableName: 'one',
        Key: updated,
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      },
    },
    { Delete: { TableName: 'one', Key: deleted } },
    { ConditionCheck: { TableName: 'two', Key: checked, ...present } },
  ]);
  expect(await read(put1)).toEqual(put1);
  expect(await read(updated)).toEqual({ ...updated, n: { N: '2' } });
  expect(await read(deleted)).toBeUndefined();
});

test('a transaction writes nothing if one condition fails, and reports a reason for each action, with the old item if requested', async () => {
  const [taken, free, silent] = [newKey(), newKey(), newKey()];
  await transact([put({ ...taken, v: { S: 'old' } }), put(silent)]);
  const answer = transact([
    put(free),
    put(taken, { ...absent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    put(silent, absent),
  ]);
  expect(await reasons(answer)).toEqual([
    { Code: 'None' },
    { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: { ...taken, v: { S: 'old' } } },
    { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
  ]);
  await expect(answer).rejects.toThrow(
    'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]',
  );
  expect(await read(free)).toBeUndefined();
});

test('a failed condition check cancels the transaction', async () => {
  const [checked, written] = [newKey(), newKey()];
  const answer = transact([{ ConditionCheck: { TableName: 'one', Key: checked, ...present } }, put(written)]);
  expect(await reasons(answer)).toMatchObject([{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }]);
  expect(await read(written)).toBeUndefined();
});

test('an update that does not fit the item cancels the transaction', async () => {
  const key = newKey();
  await transact([put({ ...key, n: { S: 'text' } })]);
  const Update = {
    TableName: 'one',
    Key: key,
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  };
  expect(await reasons(transact([{ Update }]))).toMatchObject([{ Code: 'ValidationError' }]);
});

test('a transaction with two actions on one item is rejected', async () => {
  const key = newKey();
  await expect(transact([put(key), { Delete: { TableName: 'one', Key: key } }])).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Transaction request cannot include multiple operations on one item',
  });
});

test('a transaction with more than 100 actions is rejected', async () => {
  await expect(transact(Array.from({ length: 101 }, () => put(newKey())))).rejects.toThrow(/less than or equal to 100/);
  await transact(Array.from({ length: 100 }, () => put(newKey())));
});

test('a table that does not exist is an error for the whole transaction', async () => {
  await expect(transact([put(newKey(), {}, 'none')])).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a request that is repeated with its token within 10 minutes is performed once', async () => {
  const key = newKey();
  const add: TransactWriteItem[] = [
    {
      Update: {
        TableName: 'one',
        Key: key,
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      },
    },
  ];
  await transact(add, 'token');
  await transact(add, 'token');
  expect(await read(key)).toMatchObject({ n: { N: '1' } });
  await expect(transact([put(newKey())], 'token')).rejects.toMatchObject({
    name: 'IdempotentParameterMismatchException',
  });
  now += 10 * 60 * 1000;
  await transact(add, 'token');
  expect(await read(key)).toMatchObject({ n: { N: '2' } });
});

test('a canceled request can be retried with its token', async () => {
  const key = newKey();
  const items = [put({ ...key, v: { S: 'new' } }, { ConditionExpression: 'attribute_exists(pk)' })];
  await reasons(transact(items, 'again'));
  await dynamo.send(new PutItemCommand({ TableName: 'one', Item: key }));
  await transact(items, 'again');
  expect(await read(key)).toMatchObject({ v: { S: 'new' } });
});

test('each of many concurrent transactions on the same items is either applied to all of them or canceled', async () => {
  const [a, b] = [newKey(), newKey()];
  const add = (Key: typeof a) => ({
    Update: {
      TableName: 'one',
      Key,
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    },
  });
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      transact(index % 2 ? [add(a), add(b)] : [add(b), add(a)]).then(
        () => 'applied',
        (error) => error.name,
      ),
    ),
  );
  const applied = outcomes.filter((outcome) => outcome === 'applied').length;
  expect(outcomes.filter((outcome) => outcome === 'TransactionCanceledException')).toHaveLength(50 - applied);
  const get = new TransactGetItemsCommand({
    TransactItems: [a, b, newKey()].map((Key) => ({ Get: { TableName: 'one', Key } })),
  });
  const { Responses } = await dynamo.send(get);
  expect(Responses?.map(({ Item }) => Item?.n?.N)).toEqual([`${applied}`, `${applied}`, undefined]);
});
