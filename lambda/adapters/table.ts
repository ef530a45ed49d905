import { randomUUID } from 'node:crypto';
import { untilDeadline } from '../realtime/backoff';
import { type Clock, Unavailable } from '../realtime/ports';
import { type AttributeMap, marshall, unmarshall } from '../aws/attribute-values';
import type { CredentialProvider } from '../aws/credentials';
import { JsonClient, type OperationCaller } from '../aws/json-client';
import { isTransient, ServiceException } from '../aws/service-exception';

export interface Key {
  pk: string;
  sk: string;
}
// oxlint-disable-next-line typescript/no-explicit-any -- an item is what was put: whoever reads it knows its attributes
export type Item = Key & Record<string, any>;

/** A DynamoDB condition or filter expression with its values. */
export interface Expression {
  expression: string;
  values?: Record<string, unknown>;
}

/** A write of a transaction: to the table that does it, or to another one by its name. */
export type Write = { table?: string } & (
  | { put: Item; condition?: Expression }
  | { delete: Key; condition?: Expression }
  | { update: Key; set: string; condition: Expression }
  /** Nothing is written, but the condition must hold. */
  | { check: Key; condition: Expression }
);

/** For each write of a transaction, if its condition failed: the item as it is, if there is one. */
export type Rejections = ({ found?: Item } | undefined)[];

/** Milliseconds during which the rest of a batch is sent again when DynamoDB processes it in parts. */
const PATIENCE = 2000;
const BACKOFF = { base: 20, cap: 500 };

/** The members of DynamoDB's responses that are read here. */
interface Answers {
  GetItem: { Item?: AttributeMap };
  DeleteItem: { Attributes?: AttributeMap };
  UpdateItem: { Attributes?: AttributeMap };
  BatchGetItem: {
    Responses?: Record<string, AttributeMap[]>;
    UnprocessedKeys?: Record<string, { Keys: AttributeMap[] }>;
  };
  BatchWriteItem: { UnprocessedItems?: Record<string, { DeleteRequest: { Key: AttributeMap } }[]> };
  Query: { Items?: AttributeMap[]; Count?: number; LastEvaluatedKey?: AttributeMap };
}

/** From a request to the end of its answer, in milliseconds: time for a second try within any function's timeout. */
export const DYNAMODB_TIMEOUT = 2000;

export function dynamoClient(credentials?: CredentialProvider): OperationCaller {
  return new JsonClient({
    service: 'dynamodb',
    target: 'DynamoDB_20120810',
    timeout: DYNAMODB_TIMEOUT,
    credentials,
  });
}

/**
 * A table with the keys `pk` and `sk`: plain objects in and out, every read consistent. Errors that will pass are
 * thrown as Unavailable, once the client has tried three times.
 */
export class Table {
  /** @param client calls the operations of DynamoDB. */
  constructor(
    private readonly client: OperationCaller,
    private readonly name: string,
    private readonly clock: Clock,
  ) {}

  async get(key: Key): Promise<Item | undefined> {
    const { Item } = await passing(
      this.call('GetItem', { TableName: this.name, Key: marshall(key), ConsistentRead: true }),
    );
    return Item && (unmarshall(Item) as Item);
  }

  /** @returns those of the items, at most 100, that exist, in any order. */
  async getAll(keys: Key[]): Promise<Item[]> {
    const items: Item[] = [];
    let left: AttributeMap[] = keys.map((key) => marshall(key));
    await this.insist(async () => {
      const RequestItems = { [this.name]: { Keys: left, ConsistentRead: true } };
      const answer = await this.call('BatchGetItem', { RequestItems });
      items.push(...(answer.Responses?.[this.name] ?? []).map((item) => unmarshall(item) as Item));
      left = answer.UnprocessedKeys?.[this.name]?.Keys ?? [];
      return left.length;
    });
    return items;
  }

  async put(item: Item): Promise<void> {
    await passing(this.client.call('PutItem', { TableName: this.name, Item: marshall(item) }));
  }

  /** Deletes an item if the condition holds. @returns what it was, if it was there */
  async delete(key: Key, condition: Expression): Promise<Item | undefined> {
    const input = { TableName: this.name, Key: marshall(key), ReturnValues: 'ALL_OLD', ...conditionOf(condition) };
    try {
      const { Attributes } = await passing(this.call('DeleteItem', input));
      return Attributes && (unmarshall(Attributes) as Item);
    } catch (error) {
      if (isNamed(error, 'ConditionalCheckFailedException')) {
        return undefined;
      }
      throw error;
    }
  }

  /** Changes an item if the condition holds. @returns the item as it is then, or as it is instead, if there is one */
  async update(
    key: Key,
    set: string,
    condition: Expression,
  ): Promise<{ updated: Item } | { rejected: Item | undefined }> {
    const input = {
      TableName: this.name,
      Key: marshall(key),
      UpdateExpression: set,
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      ...conditionOf(condition),
    };
    try {
      const { Attributes = {} } = await passing(this.call('UpdateItem', input));
      return { updated: unmarshall(Attributes) as Item };
    } catch (error) {
      if (isNamed(error, 'ConditionalCheckFailedException')) {
        const found = error.body.Item as AttributeMap | undefined;
        return { rejected: found && (unmarshall(found) as Item) };
      }
      throw error;
    }
  }

  async deleteAll(keys: Key[]): Promise<void> {
    // 25 is the most BatchWriteItem takes.
    for (let start = 0; start < keys.length; start += 25) {
      let left: { DeleteRequest: { Key: AttributeMap } }[] = keys
        .slice(start, start + 25)
        .map((key) => ({ DeleteRequest: { Key: marshall(key) } }));
      await this.insist(async () => {
        const answer = await this.call('BatchWriteItem', { RequestItems: { [this.name]: left } });
        left = answer.UnprocessedItems?.[this.name] ?? [];
        return left.length;
      });
    }
  }

  /** @returns the items of a key condition that pass the filter, page by page, ascending; a page may be empty. */
  async *pages(keys: Expression, filter: Expression, pageSize?: number): AsyncGenerator<Item[]> {
    let ExclusiveStartKey: AttributeMap | undefined;
    do {
      const answer: Answers['Query'] = await passing(
        this.call('Query', { ...this.query(keys, filter), Limit: pageSize, ExclusiveStartKey }),
      );
      yield (answer.Items ?? []).map((item) => unmarshall(item) as Item);
      ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }

  /** @returns how many items of a key condition pass the filter. */
  async count(keys: Expression, filter: Expression): Promise<number> {
    let count = 0;
    let ExclusiveStartKey: AttributeMap | undefined;
    do {
      const answer: Answers['Query'] = await passing(
        this.call('Query', { ...this.query(keys, filter), Select: 'COUNT', ExclusiveStartKey }),
      );
      count += answer.Count ?? 0;
      ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return count;
  }

  /**
   * Does all the writes or none.
   * @returns the failed conditions; or `busy` if another transaction or throttling was in the way, or if it is not
   * known whether it was done: the conditions of the next attempt must tell.
   * @param token for 10 minutes the same writes with the same token are done once, and answered alike each time.
   */
  async transact(writes: Write[], token?: string): Promise<'written' | 'busy' | Rejections> {
    const TransactItems = writes.map((write) => this.transactItem(write));
    try {
      // By its token DynamoDB knows the client's next attempts, and does not do again what it has done.
      await this.client.call('TransactWriteItems', { TransactItems, ClientRequestToken: token ?? randomUUID() });
      return 'written';
    } catch (error) {
      if (!isNamed(error, 'TransactionCanceledException')) {
        if (isTransient(error)) {
          return 'busy';
        }
        throw error;
      }
      const reasons = (error.body.CancellationReasons ?? []) as { Code?: string; Item?: AttributeMap }[];
      if (reasons.some(({ Code }) => PASSING_REASONS.includes(Code ?? ''))) {
        return 'busy';
      }
      if (!reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) {
        throw error;
      }
      return reasons.map(({ Code, Item }) =>
        Code === 'ConditionalCheckFailed' ? { found: Item && (unmarshall(Item) as Item) } : undefined,
      );
    }
  }

  private call<Operation extends keyof Answers>(operation: Operation, input: object): Promise<Answers[Operation]> {
    return this.client.call(operation, input);
  }

  private query(keys: Expression, filter: Expression) {
    return {
      TableName: this.name,
      KeyConditionExpression: keys.expression,
      FilterExpression: filter.expression,
      ExpressionAttributeValues: marshall({ ...keys.values, ...filter.values }),
      ConsistentRead: true,
    };
  }

  private transactItem(write: Write) {
    const condition = {
      TableName: write.table ?? this.name,
      ...(write.condition && {
        ...conditionOf(write.condition),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    };
    if ('put' in write) {
      return { Put: { Item: marshall(write.put), ...condition } };
    }
    if ('check' in write) {
      return {
        ConditionCheck: {
          Key: marshall(write.check),
          ...conditionOf(write.condition),
          TableName: condition.TableName,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      };
    }
    if ('delete' in write) {
      return { Delete: { Key: marshall(write.delete), ...condition } };
    }
    return { Update: { Key: marshall(write.update), UpdateExpression: write.set, ...condition } };
  }

  /** Repeats a batch until nothing is left of it. */
  private async insist(batch: () => Promise<number>): Promise<void> {
    const outcome = await untilDeadline(async () => ((await passing(batch())) > 0 ? 'busy' : 'done'), {
      clock: this.clock,
      deadline: this.clock.now() + PATIENCE,
      backoff: BACKOFF,
    });
    if (outcome === 'busy') {
      throw new Unavailable();
    }
  }
}

/** Why a transaction may be cancelled that would succeed later. */
const PASSING_REASONS = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

async function passing<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw isTransient(error) ? new Unavailable() : error;
  }
}

function isNamed(error: unknown, name: string): error is ServiceException {
  return error instanceof ServiceException && error.name === name;
}

function conditionOf({ expression, values }: Expression) {
  return { ConditionExpression: expression, ExpressionAttributeValues: values && marshall(values) };
}
