import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  type DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  type TransactWriteItem,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

/** A write of a transaction; ConditionCheck is not done here, as nothing uses it. */
export type TransactItem = Omit<TransactWriteItem, 'ConditionCheck'>;

export interface Reason {
  Code: string;
  Message?: string;
  Item?: Record<string, AttributeValue>;
}

/** An answer of the DynamoDB API. */
export interface Answer {
  status: number;
  body: object;
}

type Attributes = Record<string, AttributeValue>;

/**
 * TransactWriteItems by single writes: each is done if its condition holds; if one does not hold, all are undone. The
 * caller keeps other requests out meanwhile.
 */
export async function transact(client: DynamoDBClient, items: TransactItem[]): Promise<Answer> {
  const keys = items.map(keyOf);
  if (new Set(keys.map((key) => JSON.stringify(key))).size < keys.length) {
    return invalid('Transaction request cannot include multiple operations on one item');
  }
  const before = await Promise.all(keys.map((key) => read(client, key)));
  const undo = async (done: boolean[]) => {
    await Promise.all(keys.map((key, index) => done[index] && restore(client, key, before[index])));
  };

  const done: boolean[] = [];
  for (const item of items) {
    try {
      await write(client, item);
      done.push(true);
    } catch (error) {
      const { name, message } = error as DynamoDBServiceException;
      if (name !== 'ConditionalCheckFailedException') {
        await undo(done);
        return invalid(message);
      }
      done.push(false);
    }
  }
  if (done.every(Boolean)) {
    return { status: 200, body: {} };
  }
  await undo(done);
  return cancelled(
    done.map((held, index) =>
      held
        ? { Code: 'None' }
        : { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: before[index] },
    ),
  );
}

/** The answer that a transaction was cancelled. */
export function cancelled(CancellationReasons: Reason[]): Answer {
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  return {
    status: 400,
    body: {
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
      CancellationReasons,
    },
  };
}

function invalid(message: string): Answer {
  return { status: 400, body: { __type: 'com.amazon.coral.validate#ValidationException', message } };
}

interface TableKey {
  TableName: string | undefined;
  Key: Attributes;
}

function keyOf({ Put, Update, Delete }: TransactItem): TableKey {
  const { pk, sk } = Put?.Item ?? Update?.Key ?? Delete?.Key ?? {};
  if (!pk || !sk) {
    throw new Error('A write of a transaction is a Put, an Update or a Delete of an item with pk and sk');
  }
  return { TableName: (Put ?? Update ?? Delete)?.TableName, Key: { pk, sk } };
}

async function read(client: DynamoDBClient, key: TableKey): Promise<Attributes | undefined> {
  return (await client.send(new GetItemCommand({ ...key, ConsistentRead: true }))).Item;
}

/** ALL_OLD is what {@link transact} reports in any case; Dynalite does not know the parameter. */
async function write(client: DynamoDBClient, { Put, Update, Delete }: TransactItem): Promise<void> {
  const plain = { ReturnValuesOnConditionCheckFailure: undefined };
  if (Put) {
    await client.send(new PutItemCommand({ ...Put, ...plain }));
  } else if (Update) {
    await client.send(new UpdateItemCommand({ ...Update, ...plain }));
  } else if (Delete) {
    await client.send(new DeleteItemCommand({ ...Delete, ...plain }));
  }
}

async function restore(client: DynamoDBClient, key: TableKey, item: Attributes | undefined): Promise<void> {
  if (item) {
    await client.send(new PutItemCommand({ TableName: key.TableName, Item: item }));
  } else {
    await client.send(new DeleteItemCommand(key));
  }
}
