import { marshall } from '../../../lambda/aws/attribute-values';
import { JsonClient } from '../../../lambda/aws/json-client';
import { Table } from '../../../lambda/adapters/table';
import { Unavailable } from '../../../lambda/realtime/ports';
import { type Answer, type JsonService, jsonService } from '../../support/embedded/json-service';
import { ManualClock } from '../../support/memory/clock';

const key = (name: string) => ({ pk: name, sk: 'x' });
let dynamo: JsonService;
let clock: ManualClock;
let table: Table;

beforeEach(async () => {
  dynamo = await jsonService();
  clock = new ManualClock();
  const client = new JsonClient({
    service: 'dynamodb',
    target: 'DynamoDB_20120810',
    timeout: 1000,
    endpoint: new URL(dynamo.endpoint),
    region: 'us-east-1',
    credentials: () => ({ accessKeyId: 'embedded', secretAccessKey: 'embedded' }),
    clock: new ManualClock(),
  });
  table = new Table(client, 'table', clock);
});
afterEach(() => dynamo.close());

const exception = (name: string, status = 400, members?: object): Answer => ({
  status,
  type: `com.amazonaws.dynamodb.v20120810#${name}`,
  members,
});

it('getAll() requests unprocessed keys again', async () => {
  dynamo.answer(
    {
      result: {
        Responses: { table: [marshall(key('a'))] },
        UnprocessedKeys: { table: { Keys: [marshall(key('b'))] } },
      },
    },
    { result: { Responses: { table: [marshall(key('b'))] } } },
  );
  expect(await table.getAll([key('a'), key('b')])).toEqual([key('a'), key('b')]);
  expect(clock.waits).toHaveLength(1);
});

it('getAvailable() returns the keys that DynamoDB throttles for longer than the caller waits', async () => {
  const throttled = {
    result: {
      Responses: { table: [] },
      UnprocessedKeys: { table: { Keys: [marshall(key('b'))] } },
    },
  };
  dynamo.answer(
    { result: { ...throttled.result, Responses: { table: [marshall(key('a'))] } } },
    ...Array.from({ length: 100 }, () => throttled),
  );
  const start = clock.now();
  expect(await table.getAvailable([key('a'), key('b')], { retryFor: 300 })).toEqual({
    items: [key('a')],
    unread: [key('b')],
  });
  expect(clock.now() - start).toBeLessThanOrEqual(300);
});

it('getAvailable() returns all keys if DynamoDB throttles the whole request, and throws a permanent error', async () => {
  const throttling = exception('ProvisionedThroughputExceededException');
  dynamo.answer(throttling, throttling, throttling, exception('ValidationException'));
  expect(await table.getAvailable([key('a')], { retryFor: 300 })).toEqual({ items: [], unread: [key('a')] });
  await expect(table.getAvailable([key('a')], { retryFor: 300 })).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

it('count() adds up all pages', async () => {
  const page = (Count: number, last?: string) => ({
    result: { Count, ...(last && { LastEvaluatedKey: marshall(key(last)) }) },
  });
  dynamo.answer(page(5, 'e'), page(0, 'k'), page(2));
  const all = { expression: 'pk = :pk', values: { ':pk': 'a' } };
  expect(await table.count(all, { expression: 'n > :n', values: { ':n': 1 } })).toBe(7);
  expect(dynamo.calls.map(({ input }) => input.ExclusiveStartKey)).toEqual([
    undefined,
    marshall(key('e')),
    marshall(key('k')),
  ]);
});

it('deleteAll() deletes each item by itself, if its condition is met', async () => {
  const keys = Array.from({ length: 70 }, (_, index) => key(`k${index}`));
  dynamo.answer(exception('ConditionalCheckFailedException'), { result: {} });
  await table.deleteAll(keys, { expression: 'n = :n', values: { ':n': 1 } });
  expect(new Set(dynamo.calls.map(({ target }) => target))).toEqual(new Set(['DynamoDB_20120810.DeleteItem']));
  expect(dynamo.calls.map(({ input }) => input.ConditionExpression)).toEqual(keys.map(() => 'n = :n'));
  expect(new Set(dynamo.calls.map(({ input }) => JSON.stringify(input.Key))).size).toBe(keys.length);
});

it('deleteAll() is unavailable if an item cannot be deleted', async () => {
  dynamo.answer({ result: {} }, exception('TransactionConflictException'));
  const keys = [key('a'), key('b')];
  await expect(table.deleteAll(keys, { expression: 'attribute_exists(pk)' })).rejects.toThrow(Unavailable);
});

it.each<[string, Answer]>([
  ['throttling', exception('ProvisionedThroughputExceededException')],
  ['a transaction conflict', exception('TransactionConflictException')],
  ['an internal error of the server', exception('InternalServerError', 500)],
  ['an HTML page instead of a response', { status: 503, type: '<html>' }],
  ['a broken connection', 'cut'],
])('get() is unavailable after three attempts that fail with %s', async (_, answer) => {
  dynamo.answer(answer);
  await expect(table.get(key('a'))).rejects.toThrow(Unavailable);
  expect(dynamo.calls).toHaveLength(3);
});

it('get() throws a permanent error after one attempt', async () => {
  dynamo.answer(exception('AccessDeniedException', 400, { Message: 'no' }));
  await expect(table.get(key('a'))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: 'no',
    status: 400,
  });
  expect(dynamo.calls).toHaveLength(1);
});

it('delete() resolves if its condition is not met', async () => {
  dynamo.answer(exception('ConditionalCheckFailedException'));
  await expect(table.delete(key('a'), { expression: 'attribute_exists(pk)' })).resolves.toBeUndefined();
});

describe('a transaction', () => {
  const writes = [
    { put: { ...key('a'), n: 1 } },
    { delete: key('b'), condition: { expression: 'attribute_exists(pk)' } },
  ];

  it('is sent again with the same token if its response was lost, so that it is performed only once', async () => {
    dynamo.answer('cut', { result: {} });
    expect(await table.transact(writes)).toBe('written');
    const [first, again] = dynamo.calls;
    expect(first?.input.ClientRequestToken).toMatch(/^[\w-]{36}$/);
    expect(again?.input).toEqual(first?.input);
  });

  it('has a unique token', async () => {
    await table.transact(writes);
    await table.transact(writes);
    expect(new Set(dynamo.calls.map(({ input }) => input.ClientRequestToken)).size).toBe(2);
  });

  it('returns the items whose conditions failed', async () => {
    const CancellationReasons = [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: marshall(key('b')) }];
    dynamo.answer(exception('TransactionCanceledException', 400, { CancellationReasons }));
    expect(await table.transact(writes)).toEqual([undefined, { found: key('b') }]);
    expect(dynamo.calls).toHaveLength(1);
  });

  it.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'is busy after %s',
    async (Code) => {
      const CancellationReasons = [{ Code }, { Code: 'ConditionalCheckFailed' }];
      dynamo.answer(exception('TransactionCanceledException', 400, { CancellationReasons }));
      expect(await table.transact(writes)).toBe('busy');
    },
  );

  it('throws if it was cancelled for another reason', async () => {
    const CancellationReasons = [{ Code: 'ValidationError' }, { Code: 'None' }];
    dynamo.answer(exception('TransactionCanceledException', 400, { CancellationReasons }));
    await expect(table.transact(writes)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
  });
});
