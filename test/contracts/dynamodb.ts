import { marshall, unmarshall } from '../../lambda/aws/attribute-values';
import type { OperationCaller } from '../../lambda/aws/json-client';

const TABLE = 'log';

interface Answer {
  Item?: Parameters<typeof unmarshall>[0];
  Items?: Parameters<typeof unmarshall>[0][];
  Attributes?: Parameters<typeof unmarshall>[0];
  LastEvaluatedKey?: object;
  Count?: number;
}

interface ContractedDynamoDB extends OperationCaller {
  /** Performs a transaction that ends after `meanwhile`. */
  during(transaction: object, meanwhile: () => Promise<void>): Promise<void>;
}

/** Contract of DynamoDB: behavior and errors that the adapters depend on, tested through its API. */
export function describeDynamoDB(open: () => ContractedDynamoDB): void {
  let partitions = 0;

  /** Creates a new partition, with functions that call DynamoDB for its items. */
  function setUp() {
    partitions += 1;
    const pk = `dynamodb#${partitions}`;
    const key = (sk: string) => marshall({ pk, sk });
    const call = (operation: string, input: object) => open().call<Answer>(operation, input);
    const put = (sk: string, attributes: object = {}) =>
      call('PutItem', { TableName: TABLE, Item: marshall({ pk, sk, ...attributes }) });
    const get = async (sk: string) => {
      const { Item } = await call('GetItem', { TableName: TABLE, Key: key(sk), ConsistentRead: true });
      return Item && unmarshall(Item);
    };
    const query = (more: object = {}) =>
      call('Query', {
        TableName: TABLE,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': pk }),
        ConsistentRead: true,
        ...more,
      });
    const transact = (TransactItems: object[], ClientRequestToken?: string) =>
      call('TransactWriteItems', { TransactItems, ClientRequestToken });
    /** A transaction that writes the item `written` and checks that the item `checked` does not exist. */
    const transaction = {
      TransactItems: [
        { Put: { TableName: TABLE, Item: marshall({ pk, sk: 'written', n: 2 }) } },
        { ConditionCheck: { TableName: TABLE, Key: key('checked'), ConditionExpression: 'attribute_not_exists(pk)' } },
      ],
      ClientRequestToken: pk,
    };
    const during = (meanwhile: () => Promise<void>) => open().during(transaction, meanwhile);
    return { pk, key, call, put, get, query, transact, transaction, during };
  }

  const invalid = expect.objectContaining({ name: 'ValidationException', status: 400 });

  it('refuses a value that no expression uses, and an expression without its value', async () => {
    const { key, call } = setUp();
    const update = { TableName: TABLE, Key: key('a'), UpdateExpression: 'SET n = :n' };
    const values = [marshall({ ':n': 1, ':more': 2 }), marshall({ ':m': 1 })];
    for (const ExpressionAttributeValues of values) {
      await expect(call('UpdateItem', { ...update, ExpressionAttributeValues })).rejects.toEqual(invalid);
    }
  });

  it('refuses SET with an attribute that does not exist as an operand, and treats the attribute as 0 with ADD', async () => {
    const { key, call, get } = setUp();
    const update = { TableName: TABLE, Key: key('a'), ExpressionAttributeValues: marshall({ ':n': 1 }) };
    await expect(call('UpdateItem', { ...update, UpdateExpression: 'SET n = n + :n' })).rejects.toEqual(invalid);
    await call('UpdateItem', { ...update, UpdateExpression: 'ADD n :n' });
    expect(await get('a')).toMatchObject({ n: 1 });
  });

  it('returns the item of a failed condition only if the request asks for it', async () => {
    const { key, call, put } = setUp();
    await put('a', { n: 1 });
    const input = { TableName: TABLE, Key: key('a'), ConditionExpression: 'attribute_not_exists(pk)' };
    const failed = { name: 'ConditionalCheckFailedException', status: 400 };
    await expect(call('DeleteItem', input)).rejects.toMatchObject(failed);
    await expect(call('DeleteItem', input)).rejects.not.toHaveProperty('body.Item');
    await expect(
      call('DeleteItem', { ...input, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    ).rejects.toMatchObject({ ...failed, body: { Item: expect.objectContaining({ n: { N: '1' } }) } });
  });

  it('returns the old or new attributes of an item only if the request asks for them', async () => {
    const { key, call, put } = setUp();
    await put('a', { n: 1 });
    const update = {
      TableName: TABLE,
      Key: key('a'),
      UpdateExpression: 'ADD n :n',
      ExpressionAttributeValues: marshall({ ':n': 1 }),
    };
    expect((await call('UpdateItem', update)).Attributes).toBeUndefined();
    expect((await call('UpdateItem', { ...update, ReturnValues: 'ALL_NEW' })).Attributes).toMatchObject({
      n: { N: '3' },
    });
    const deletion = { TableName: TABLE, Key: key('a'), ReturnValues: 'ALL_OLD' };
    expect((await call('DeleteItem', deletion)).Attributes).toMatchObject({ n: { N: '3' } });
    expect((await call('DeleteItem', deletion)).Attributes).toBeUndefined();
  });

  it('ends a page at the limit, also if no item follows, and counts filtered items toward the limit', async () => {
    const { put, query, pk } = setUp();
    await put('b', { n: 2 });
    await put('a', { n: 1 });
    const first = await query({ Limit: 1 });
    expect(first.Items?.map((item) => unmarshall(item).sk)).toEqual(['a']);
    const second = await query({ Limit: 1, ExclusiveStartKey: first.LastEvaluatedKey });
    expect(second.Items?.map((item) => unmarshall(item).sk)).toEqual(['b']);
    expect(second.LastEvaluatedKey).toEqual(marshall({ pk, sk: 'b' }));
    const last = await query({ Limit: 1, ExclusiveStartKey: second.LastEvaluatedKey });
    expect(last).toMatchObject({ Items: [], Count: 0 });
    expect(last.LastEvaluatedKey).toBeUndefined();
    const filtered = await query({
      Limit: 1,
      FilterExpression: 'n > :n',
      ExpressionAttributeValues: marshall({ ':pk': pk, ':n': 1 }),
    });
    expect(filtered).toMatchObject({ Items: [], Count: 0, LastEvaluatedKey: marshall({ pk, sk: 'a' }) });
  });

  it('ends a page at a megabyte', async () => {
    const { put, query } = setUp();
    for (const sk of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await put(sk, { data: 'x'.repeat(300_000) });
    }
    const { Items, LastEvaluatedKey } = await query();
    expect(Items?.length).toBeLessThan(6);
    expect((await query({ ExclusiveStartKey: LastEvaluatedKey })).Items).not.toEqual([]);
  });

  it('refuses a filter on a key', async () => {
    const { query, pk } = setUp();
    const ExpressionAttributeValues = marshall({ ':pk': pk, ':sk': 'a' });
    await expect(query({ FilterExpression: 'sk = :sk', ExpressionAttributeValues })).rejects.toEqual(invalid);
  });

  it('refuses an item of more than 400 KB', async () => {
    const { put } = setUp();
    await expect(put('a', { data: 'x'.repeat(410 * 1024) })).rejects.toEqual(invalid);
  });

  it('refuses a batch that is too large, is empty, or contains an item twice', async () => {
    const { key, call } = setUp();
    const keys = (count: number) => Array.from({ length: count }, (_, index) => key(`k${index}`));
    const read = (Keys: object[]) =>
      call('BatchGetItem', { RequestItems: { [TABLE]: { Keys, ConsistentRead: true } } });
    for (const Keys of [keys(101), [], [...keys(1), ...keys(1)]]) {
      await expect(read(Keys)).rejects.toEqual(invalid);
    }
  });

  it('refuses a transaction that is too large or contains an item twice', async () => {
    const { pk, transact } = setUp();
    const puts = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        Put: { TableName: TABLE, Item: marshall({ pk, sk: `${index}` }) },
      }));
    await expect(transact(puts(101))).rejects.toEqual(invalid);
    await expect(transact([...puts(1), ...puts(1)])).rejects.toEqual(invalid);
  });

  it('performs all writes of a transaction or none, with a cancellation reason for each', async () => {
    const { pk, put, get, transact } = setUp();
    await put('a', { n: 1 });
    const writes = ['a', 'b'].map((sk) => ({
      Put: {
        TableName: TABLE,
        Item: marshall({ pk, sk, n: 2 }),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    }));
    await expect(transact(writes)).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      status: 400,
      body: {
        CancellationReasons: [
          { Code: 'ConditionalCheckFailed', Item: expect.objectContaining({ n: { N: '1' } }) },
          { Code: 'None' },
        ],
      },
    });
    expect(await get('b')).toBeUndefined();
  });

  it('performs a transaction once for a token, and refuses another transaction with the same token', async () => {
    const { key, get, transact, pk } = setUp();
    const add = (n: number) => [
      {
        Update: {
          TableName: TABLE,
          Key: key('a'),
          UpdateExpression: 'ADD n :n',
          ExpressionAttributeValues: marshall({ ':n': n }),
        },
      },
    ];
    await transact(add(1), pk);
    await transact(add(1), pk);
    expect(await get('a')).toMatchObject({ n: 1 });
    await expect(transact(add(2), pk)).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
  });

  it('allows the token of a cancelled transaction again', async () => {
    const { pk, put, get, transact } = setUp();
    const check = { TableName: TABLE, Item: marshall({ pk, sk: 'a', n: 1 }), ConditionExpression: 'n < :n' };
    const writes = [{ Put: { ...check, ExpressionAttributeValues: marshall({ ':n': 1 }) } }];
    await expect(transact(writes, pk)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    await put('a', { n: 0 });
    await transact(writes, pk);
    expect(await get('a')).toMatchObject({ n: 1 });
  });

  it('refuses each write of an item while a transaction writes or checks it, and accepts the write afterwards', async () => {
    const { key, call, put, get, during } = setUp();
    const conflict = { name: 'TransactionConflictException', status: 400 };
    await during(async () => {
      for (const sk of ['written', 'checked']) {
        await expect(put(sk)).rejects.toMatchObject(conflict);
        await expect(call('DeleteItem', { TableName: TABLE, Key: key(sk) })).rejects.toMatchObject(conflict);
        const add = { UpdateExpression: 'ADD n :n', ExpressionAttributeValues: marshall({ ':n': 1 }) };
        await expect(call('UpdateItem', { TableName: TABLE, Key: key(sk), ...add })).rejects.toMatchObject(conflict);
      }
      await put('another');
    });
    await put('checked');
    expect(await get('checked')).toBeDefined();
  });

  it('reports a conflict and not the condition of a write whose item belongs to an ongoing transaction', async () => {
    const { key, call, during } = setUp();
    const update = {
      TableName: TABLE,
      Key: key('written'),
      UpdateExpression: 'ADD n :n',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: marshall({ ':n': 1 }),
    };
    await during(async () => {
      await expect(call('UpdateItem', update)).rejects.toMatchObject({ name: 'TransactionConflictException' });
    });
  });

  it('cancels a transaction with items of an ongoing transaction, and names them and failed conditions in its reasons', async () => {
    const { pk, key, get, transact, during } = setUp();
    const absent = { TableName: TABLE, ConditionExpression: 'attribute_exists(pk)' };
    await during(async () => {
      const writes = [
        { Put: { TableName: TABLE, Item: marshall({ pk, sk: 'written', n: 3 }) } },
        { ConditionCheck: { ...absent, Key: key('checked') } },
        { Delete: { ...absent, Key: key('none') } },
        { Put: { TableName: TABLE, Item: marshall({ pk, sk: 'free' }) } },
      ];
      await expect(transact(writes)).rejects.toMatchObject({
        name: 'TransactionCanceledException',
        body: {
          CancellationReasons: ['TransactionConflict', 'TransactionConflict', 'ConditionalCheckFailed', 'None'].map(
            (Code) => expect.objectContaining({ Code }),
          ),
        },
      });
    });
    expect(await get('written')).toMatchObject({ n: 2 });
    expect(await get('free')).toBeUndefined();
  });

  it('returns the items of an ongoing transaction as they were before it', async () => {
    const { key, put, get, query, during } = setUp();
    await put('written', { n: 1 });
    const numbers = async () => {
      const Keys = [key('written')];
      const batch = await open().call<{ Responses: Record<string, NonNullable<Answer['Items']>> }>('BatchGetItem', {
        RequestItems: { [TABLE]: { Keys, ConsistentRead: true } },
      });
      const found = [...(batch.Responses[TABLE] ?? []), ...((await query()).Items ?? [])].map((item) =>
        unmarshall(item),
      );
      return [await get('written'), ...found].map((item) => item?.n);
    };
    await during(async () => expect(await numbers()).toEqual([1, 1, 1]));
    expect(await numbers()).toEqual([2, 2, 2]);
  });

  it('refuses the same transaction while it is ongoing, and another one with its token', async () => {
    const { transact, transaction, during, get } = setUp();
    const { TransactItems, ClientRequestToken } = transaction;
    await during(async () => {
      await expect(transact(TransactItems, ClientRequestToken)).rejects.toMatchObject({
        name: 'TransactionInProgressException',
        status: 400,
      });
      await expect(transact(TransactItems.slice(0, 1), ClientRequestToken)).rejects.toMatchObject({
        name: 'IdempotentParameterMismatchException',
      });
    });
    await transact(TransactItems, ClientRequestToken);
    expect(await get('written')).toMatchObject({ n: 2 });
  });

  it('refuses a table that does not exist', async () => {
    const { key, call } = setUp();
    const input = { TableName: 'another', Key: key('a'), ConsistentRead: true };
    await expect(call('GetItem', input)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
}
