import type { TableBlueprint } from '../../blueprint';
import type { Call, Permission, Service } from '../service';
import type { Database } from './database';
import { accessDenied, unknownOperation } from './dynamodb-failures';
import { type OperationName, validated } from './engine';
import { Idempotency } from './idempotency';
import { Permissions } from './permissions';
import type { TimeToLive } from './time-to-live';
import { parseTransactGet, parseTransactWrite, transactGet, transactWrite } from './transaction';
import { parseWrite, performWrite } from './write';
import { partitionOf } from '../../partition';

type Input = Record<string, unknown>;

interface Options {
  readonly tables: readonly TableBlueprint[];
  readonly database: Database;
  readonly timeToLive: TimeToLive;
  readonly region: string;
  readonly accountId: string;
  readonly now: () => number;
}

/**
 * The API DynamoDB_20120810: its operations on items. The template defines the tables, so no operation creates or changes
 * them. Not emulated: PartiQL, backups and global tables, throttling, consumed capacity of transactions, ARNs as table
 * names, and all IAM condition keys except `dynamodb:LeadingKeys` and `dynamodb:EnclosingOperation`.
 */
export class DynamoDBService implements Service {
  private readonly permissions: Permissions;
  private readonly idempotency: Idempotency;
  private readonly blueprints: ReadonlyMap<string, TableBlueprint>;

  constructor(private readonly options: Options) {
    this.blueprints = new Map(options.tables.map((table) => [table.name, table]));
    this.idempotency = new Idempotency(options.now);
    this.permissions = new Permissions(
      options.database,
      (table) =>
        this.blueprints.get(table)?.arn ??
        `arn:${partitionOf(options.region).name}:dynamodb:${options.region}:${options.accountId}:table/${table}`,
    );
  }

  async answer(operation: string, input: Input, call: Call): Promise<object> {
    switch (operation) {
      case 'GetItem':
      case 'BatchGetItem':
      case 'Query':
      case 'Scan':
      case 'ListTables':
        return this.read(operation, input, call);
      case 'DescribeTable':
        return this.describeTable(input, call);
      case 'DescribeTimeToLive':
        return this.describeTimeToLive(input, call);
      case 'PutItem':
      case 'UpdateItem':
      case 'DeleteItem':
        return this.write(operation, input, call);
      case 'BatchWriteItem':
        return this.batchWrite(input, call);
      case 'TransactWriteItems':
        return this.transactWrite(input, call);
      case 'TransactGetItems':
        return this.transactGet(input, call);
      default:
        throw unknownOperation(operation);
    }
  }

  denied = accessDenied;

  private async read(operation: OperationName, input: Input, call: Call): Promise<object> {
    const { database } = this.options;
    const data = validated(operation, input, database.store);
    await permitAll(call, this.permissions.ofOperation(operation, data));
    return database.read(operation, data);
  }

  private async describeTable(input: Input, call: Call): Promise<object> {
    const answer = (await this.read('DescribeTable', input, call)) as { Table: object };
    const { streamArn, streamViewType } = this.blueprints.get(String(input.TableName)) ?? {};
    const stream = streamArn && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: streamViewType },
      LatestStreamArn: streamArn,
      LatestStreamLabel: streamArn.split('/').at(-1),
    };
    return { Table: { ...answer.Table, ...stream } };
  }

  private async describeTimeToLive(input: Input, call: Call): Promise<object> {
    const answer = await this.read('DescribeTimeToLive', input, call);
    const AttributeName = this.options.timeToLive.attributeOf(String(input.TableName));
    return AttributeName ? { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName } } : answer;
  }

  private async write(operation: 'PutItem' | 'UpdateItem' | 'DeleteItem', input: Input, call: Call): Promise<object> {
    const { database } = this.options;
    const write = parseWrite(operation, input, database.store);
    await permitAll(call, this.permissions.ofOperation(operation, { ...write.data }));
    return database.write((draft) => performWrite(draft, write));
  }

  private async batchWrite(input: Input, call: Call): Promise<object> {
    const { database } = this.options;
    const data = validated('BatchWriteItem', input, database.store);
    await permitAll(call, this.permissions.ofOperation('BatchWriteItem', data));
    return database.write((draft) => draft.act('BatchWriteItem', data));
  }

  private async transactWrite(input: Input, call: Call): Promise<object> {
    const { database } = this.options;
    const writes = parseTransactWrite(input.TransactItems, database.store);
    await permitAll(call, this.permissions.ofTransactWrite(writes));
    return transactWrite(database, writes, {
      isDone: () => this.idempotency.isDone(input),
      remember: () => this.idempotency.remember(input),
    });
  }

  private async transactGet(input: Input, call: Call): Promise<object> {
    const { database } = this.options;
    const reads = parseTransactGet(input.TransactItems, database.store);
    await permitAll(call, this.permissions.ofTransactGet(reads));
    return transactGet(database, reads);
  }
}

async function permitAll(call: Call, permissions: readonly Permission[]): Promise<void> {
  for (const permission of permissions) {
    await call.permit(permission);
  }
}
