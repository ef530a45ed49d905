import type { TableBlueprint } from '../../blueprint';
import type { Call, Permission, Service } from '../service';
import { type BatchGet, batchGet, batchWrite, parseBatchWrite } from './batch';
import type { Database } from './database';
import { accessDenied, unknownOperation } from './dynamodb-failures';
import { type OperationName, validated } from './engine';
import { Idempotency } from './idempotency';
import { Permissions } from './permissions';
import { getItem, query } from './reads';
import { PARTITION_LIMITS, Throughput, type Units } from './throughput';
import type { TimeToLive } from './time-to-live';
import { parseTransactGet, parseTransactWrite, transactGet, transactWrite } from './transaction';
import { parseWrite, performWrite } from './write';
import { partitionOf } from '../../partition';
import { SteadyClock } from '../steady-clock';

type Input = Record<string, unknown>;

interface Options {
  readonly tables: readonly TableBlueprint[];
  readonly database: Database;
  readonly timeToLive: TimeToLive;
  readonly region: string;
  readonly accountId: string;
  readonly now: () => number;
  /** @default - those of AWS */
  readonly partitionLimits?: Units;
}

/**
 * The API DynamoDB_20120810: its operations on items. The template defines the tables, so no operation creates or changes
 * them. Not emulated: PartiQL, backups and global tables, throttling of a whole table or account, of a Scan, and of writes to
 * indexes, the limit of 4 MB for a transaction, consumed capacity of transactions, ARNs as table names, and all IAM condition
 * keys except `dynamodb:LeadingKeys` and `dynamodb:EnclosingOperation`.
 */
export class DynamoDBService implements Service {
  private readonly permissions: Permissions;
  private readonly idempotency: Idempotency;
  private readonly throughput: Throughput;
  private readonly blueprints: ReadonlyMap<string, TableBlueprint>;

  constructor(private readonly options: Options) {
    const { tables, database, partitionLimits = PARTITION_LIMITS } = options;
    const clock = new SteadyClock(options.now);
    const now = () => clock.now();
    this.blueprints = new Map(tables.map((table) => [table.name, table]));
    this.idempotency = new Idempotency(now);
    this.permissions = new Permissions(database, (table) => this.arnOf(table));
    this.throughput = new Throughput({
      limits: partitionLimits,
      now,
      resourceOf: (table) => ({ arn: this.arnOf(table), mode: capacityModeOf(this.blueprints.get(table)) }),
    });
  }

  async answer(operation: string, input: Input, call: Call): Promise<object> {
    switch (operation) {
      case 'GetItem':
        return this.getItem(input, call);
      case 'BatchGetItem':
        return this.batchGet(input, call);
      case 'Query':
        return this.query(input, call);
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
    return this.options.database.read(operation, await this.permitted(operation, input, call));
  }

  private async getItem(input: Input, call: Call): Promise<object> {
    const data = await this.permitted('GetItem', input, call);
    return getItem(this.options.database, this.throughput, data as unknown as Parameters<typeof getItem>[2]);
  }

  private async query(input: Input, call: Call): Promise<object> {
    const data = await this.permitted('Query', input, call);
    return query(this.options.database, this.throughput, data as unknown as Parameters<typeof query>[2]);
  }

  private async batchGet(input: Input, call: Call): Promise<object> {
    const data = await this.permitted('BatchGetItem', input, call);
    return batchGet(this.options.database, this.throughput, data as unknown as BatchGet, input as unknown as BatchGet);
  }

  /** @returns the validated input of a permitted read */
  private async permitted(operation: OperationName, input: Input, call: Call): Promise<Input> {
    const data = validated(operation, input, this.options.database.store);
    await permitAll(call, this.permissions.ofOperation(operation, data));
    return data;
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
    return database.write((draft) => performWrite(draft, write, this.throughput));
  }

  private async batchWrite(input: Input, call: Call): Promise<object> {
    const { database } = this.options;
    const data = parseBatchWrite(input, database.store);
    await permitAll(call, this.permissions.ofOperation('BatchWriteItem', { ...data }));
    return database.write((draft) => batchWrite(draft, data, this.throughput));
  }

  private async transactWrite(input: Input, call: Call): Promise<object> {
    const { database } = this.options;
    const { throughput, idempotency } = this;
    const writes = parseTransactWrite(input.TransactItems, database.store);
    await permitAll(call, this.permissions.ofTransactWrite(writes));
    return transactWrite({ database, throughput, idempotency }, writes, input);
  }

  private async transactGet(input: Input, call: Call): Promise<object> {
    const { database } = this.options;
    const reads = parseTransactGet(input.TransactItems, database.store);
    await permitAll(call, this.permissions.ofTransactGet(reads));
    return transactGet(database, this.throughput, reads);
  }

  private arnOf(table: string): string {
    const { region, accountId } = this.options;
    return (
      this.blueprints.get(table)?.arn ??
      `arn:${partitionOf(region).name}:dynamodb:${region}:${accountId}:table/${table}`
    );
  }
}

/** A table without provisioned throughput is in on-demand mode, as in {@link Database}. */
function capacityModeOf(table: TableBlueprint | undefined): 'provisioned' | 'onDemand' {
  return table && 'ProvisionedThroughput' in table.definition ? 'provisioned' : 'onDemand';
}

async function permitAll(call: Call, permissions: readonly Permission[]): Promise<void> {
  for (const permission of permissions) {
    await call.permit(permission);
  }
}
