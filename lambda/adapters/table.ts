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
// oxlint-disable-next-line typescript/no-explicit-any -- readers of an item know its attributes
export type Item = Key & Record<string, any>;

/** A DynamoDB condition or filter expression with its values. */
export interface Expression {
  expression: string;
  values?: Record<string, unknown>;
}

/** A write of a transaction, to the table that performs it or to another table by name. */
export type Write = { table?: string } & (
  | { put: Item; condition?: Expression }
  | { delete: Key; condition?: Expression }
  | { update: Key; set: string; condition: Expression }
  /** Writes nothing. The condition must be true. */
  | { check: Key; condition: Expression }
);

/** Failed conditions by the index of their write, each with the current item, if it exists. */
export type Rejections = ({ found?: Item } | undefined)[];

/** Maximum number of concurrent deletes. The client has 50 connections. */
const DELETES_AT_ONCE = 32;

/** Milliseconds for which unprocessed keys of a batch are retried. */
const RETRY_FOR = 2000;
const BACKOFF = { base: 20, cap: 500 };

/** Members of DynamoDB's responses that are used. */
interface Answers {
  GetItem: { Item?: AttributeMap };
  UpdateItem: { Attributes?: AttributeMap };
  BatchGetItem: {
    Responses?: Record<string, AttributeMap[]>;
    UnprocessedKeys?: Record<string, { Keys: AttributeMap[] }>;
  };
  Query: { Items?: AttributeMap[]; Count?: number; LastEvaluatedKey?: AttributeMap };
}

/** Milliseconds from a request to the end of its response. Allows a second attempt within the timeout of every function. */
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
 * Table with the keys `pk` and `sk`. Items are plain objects. All reads are strongly consistent, unless a method has a
 * parameter for it. Throws {@link Unavailable} for transient errors, after three attempts of the client.
 */
export class Table {
  /** @param client calls the operations of DynamoDB. */
  constructor(
    private readonly client: OperationCaller,
    private readonly name: string,
    private readonly clock: Clock,
  ) {}

  async get(key: Key): Promise<Item | undefined> {
    const { Item } = await orUnavailable(
      this.call('GetItem', { TableName: this.name, Key: marshall(key), ConsistentRead: true }),
    );
    return Item && (unmarshall(Item) as Item);
  }

  /**
   * @param options.eventual reads eventually consistent, at half the cost: writes of the last second can be missing.
   * @returns the existing items of at most 100 keys, in any order.
   */
  async getAll(keys: Key[], { eventual } = { eventual: false }): Promise<Item[]> {
    const { items, unread } = await this.getAvailable(keys, { retryFor: RETRY_FOR, eventual });
    if (unread.length > 0) {
      throw new Unavailable();
    }
    return items;
  }

  /**
   * Reads at most 100 keys. DynamoDB omits keys that it throttles.
   *
   * @param options.retryFor milliseconds for which omitted keys are retried.
   * @param options.eventual reads eventually consistent, at half the cost: writes of the last second can be missing.
   * @returns the existing items, in any order, and the keys that were not read.
   */
  async getAvailable(
    keys: Key[],
    { retryFor, eventual = false }: { retryFor: number; eventual?: boolean },
  ): Promise<{ items: Item[]; unread: Key[] }> {
    const items: Item[] = [];
    let left: AttributeMap[] = keys.map((key) => marshall(key));
    const read = async () => {
      const RequestItems = { [this.name]: { Keys: left, ConsistentRead: !eventual } };
      const answer = await this.call('BatchGetItem', { RequestItems });
      items.push(...(answer.Responses?.[this.name] ?? []).map((item) => unmarshall(item) as Item));
      left = answer.UnprocessedKeys?.[this.name]?.Keys ?? [];
      return left.length > 0 ? 'busy' : 'done';
    };
    try {
      const deadline = this.clock.now() + retryFor;
      await orUnavailable(untilDeadline(read, { clock: this.clock, deadline, backoff: BACKOFF }));
    } catch (error) {
      if (!(error instanceof Unavailable)) {
        throw error;
      }
    }
    return { items, unread: left.map((key) => unmarshall(key) as Key) };
  }

  /** Writes an item, if the condition is true. */
  async put(item: Item, condition?: Expression): Promise<void> {
    const input = { TableName: this.name, Item: marshall(item), ...(condition && conditionOf(condition)) };
    await unlessRejected(this.client.call('PutItem', input));
  }

  /** Deletes an item if the condition is true. */
  async delete(key: Key, condition: Expression): Promise<void> {
    const input = { TableName: this.name, Key: marshall(key), ...conditionOf(condition) };
    await unlessRejected(this.client.call('DeleteItem', input));
  }

  /** Changes an item if the condition is true. @returns the changed item, or the current item that the condition rejected */
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
      const { Attributes = {} } = await orUnavailable(this.call('UpdateItem', input));
      return { updated: unmarshall(Attributes) as Item };
    } catch (error) {
      if (isNamed(error, 'ConditionalCheckFailedException')) {
        const found = error.body.Item as AttributeMap | undefined;
        return { rejected: found && (unmarshall(found) as Item) };
      }
      throw error;
    }
  }

  /**
   * Deletes the items for which the condition is true, one by one: the permission for BatchWriteItem would also allow a
   * function that only deletes to put items.
   */
  async deleteAll(keys: Key[], condition: Expression): Promise<void> {
    for (let start = 0; start < keys.length; start += DELETES_AT_ONCE) {
      const together = keys.slice(start, start + DELETES_AT_ONCE);
      await Promise.all(together.map((key) => this.delete(key, condition)));
    }
  }

  /**
   * Reads once, however many items match.
   *
   * @returns the first items that match a key condition, in ascending order: at most `limit`, and at most 1 MB. `more`: others
   * can follow
   */
  async page(keys: Expression, limit: number): Promise<{ items: Item[]; more: boolean }> {
    const { Items = [], LastEvaluatedKey } = await orUnavailable(
      this.call('Query', { ...this.query(keys), Limit: limit }),
    );
    return { items: Items.map((item) => unmarshall(item) as Item), more: LastEvaluatedKey !== undefined };
  }

  /**
   * @returns the items that match a key condition and a filter, in ascending order. A page can be empty. Reads all items
   * that match the key condition, so their number must be small, also of expired ones.
   */
  async *pages(keys: Expression, filter: Expression, pageSize?: number): AsyncGenerator<Item[]> {
    let ExclusiveStartKey: AttributeMap | undefined;
    do {
      const answer: Answers['Query'] = await orUnavailable(
        this.call('Query', { ...this.query(keys, filter), Limit: pageSize, ExclusiveStartKey }),
      );
      yield (answer.Items ?? []).map((item) => unmarshall(item) as Item);
      ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }

  /** @returns the number of items that match a key condition and a filter. Reads as {@link pages} does. */
  async count(keys: Expression, filter: Expression): Promise<number> {
    let count = 0;
    let ExclusiveStartKey: AttributeMap | undefined;
    do {
      const answer: Answers['Query'] = await orUnavailable(
        this.call('Query', { ...this.query(keys, filter), Select: 'COUNT', ExclusiveStartKey }),
      );
      count += answer.Count ?? 0;
      ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return count;
  }

  /**
   * Performs all writes or none.
   *
   * @param token idempotency token: for 10 minutes, the same writes with the same token are performed once.
   * @returns the failed conditions, or `busy` after a conflict, after throttling, or if the outcome is unknown. In the last
   * case, the conditions of the next attempt must detect whether this one succeeded.
   */
  async transact(writes: Write[], token?: string): Promise<'written' | 'busy' | Rejections> {
    const TransactItems = writes.map((write) => this.transactItem(write));
    try {
      // The token makes the retries of the client idempotent.
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
      if (reasons.some(({ Code }) => TRANSIENT_REASONS.includes(Code ?? ''))) {
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

  private query(keys: Expression, filter?: Expression) {
    return {
      TableName: this.name,
      KeyConditionExpression: keys.expression,
      FilterExpression: filter?.expression,
      ExpressionAttributeValues: marshall({ ...keys.values, ...filter?.values }),
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
}

/** Cancellation reasons of a transaction that can succeed later. */
const TRANSIENT_REASONS = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

/** Converts transient errors to {@link Unavailable}. */
async function orUnavailable<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw isTransient(error) ? new Unavailable() : error;
  }
}

/** Resolves also if the condition of the write was not met. */
async function unlessRejected(write: Promise<unknown>): Promise<void> {
  try {
    await orUnavailable(write);
  } catch (error) {
    if (!isNamed(error, 'ConditionalCheckFailedException')) {
      throw error;
    }
  }
}

function isNamed(error: unknown, name: string): error is ServiceException {
  return error instanceof ServiceException && error.name === name;
}

function conditionOf({ expression, values }: Expression) {
  return { ConditionExpression: expression, ExpressionAttributeValues: values && marshall(values) };
}
