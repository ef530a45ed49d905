import type { TableBlueprint } from '../../blueprint';
import type { Database } from '../dynamodb/database';
import { accessDenied, invalid, resourceNotFound, unknownOperation } from '../dynamodb/dynamodb-failures';
import type { Call, Service } from '../service';
import { iteratorOf, type Position, positionOf } from './iterator';
import type { StreamLog, StreamRecord } from './stream-log';

/** Each stream has one shard, which never closes. It orders all changes of a table; AWS guarantees the order per item only. */
const SHARD_ID = 'shardId-00000000000000000001-00000001';

/** Limits of GetRecords: 1,000 records, 1 MB. */
const MAX_RECORDS = 1000;
const MAX_BYTES = 1024 * 1024;

interface Options {
  readonly tables: readonly TableBlueprint[];
  readonly database: Database;
  readonly log: StreamLog;
  readonly now: () => number;
}

/** The API DynamoDBStreams_20120810. */
export class StreamsService implements Service {
  private readonly tables: ReadonlyMap<string, TableBlueprint>;
  private readonly operations: Readonly<
    Record<string, (input: Record<string, unknown>, call: Call) => Promise<object>>
  > = {
    ListStreams: (input, call) => this.listStreams(input, call),
    DescribeStream: (input, call) => this.describeStream(input, call),
    GetShardIterator: (input, call) => this.getShardIterator(input, call),
    GetRecords: (input, call) => this.getRecords(input, call),
  };

  constructor(private readonly options: Options) {
    this.tables = new Map(options.tables.flatMap((table) => (table.streamArn ? [[table.streamArn, table]] : [])));
  }

  async answer(operation: string, input: Record<string, unknown>, call: Call): Promise<object> {
    const perform = this.operations[operation];
    if (!perform) {
      throw unknownOperation(operation);
    }
    return perform(input, call);
  }

  denied = accessDenied;

  private async listStreams({ TableName }: Record<string, unknown>, call: Call): Promise<object> {
    await call.permit({ action: 'dynamodb:ListStreams', resource: '*' });
    const tables = [...this.tables].filter(([, { name }]) => TableName === undefined || name === TableName);
    return {
      Streams: tables.map(([arn, { name }]) => ({ StreamArn: arn, StreamLabel: labelOf(arn), TableName: name })),
    };
  }

  private async describeStream({ StreamArn }: Record<string, unknown>, call: Call): Promise<object> {
    const arn = String(StreamArn);
    await call.permit({ action: 'dynamodb:DescribeStream', resource: arn });
    const { name, streamViewType } = this.tableOf(arn);
    return {
      StreamDescription: {
        StreamArn: arn,
        StreamLabel: labelOf(arn),
        StreamStatus: 'ENABLED',
        StreamViewType: streamViewType,
        TableName: name,
        KeySchema: this.options.database.table(name).KeySchema,
        Shards: [{ ShardId: SHARD_ID, SequenceNumberRange: { StartingSequenceNumber: '100000000000000000000' } }],
      },
    };
  }

  private async getShardIterator(input: Record<string, unknown>, call: Call): Promise<object> {
    const arn = String(input.StreamArn);
    await call.permit({ action: 'dynamodb:GetShardIterator', resource: arn });
    this.tableOf(arn);
    if (input.ShardId !== SHARD_ID) {
      throw resourceNotFound(`Shard ID: ${input.ShardId} not found in stream: ${arn}`);
    }
    const position = { streamArn: arn, ...this.start(input) };
    return { ShardIterator: iteratorOf(position, this.options.now()) };
  }

  private async getRecords(input: Record<string, unknown>, call: Call): Promise<object> {
    const position = positionOf(input.ShardIterator, this.options.now());
    await call.permit({ action: 'dynamodb:GetRecords', resource: position.streamArn });
    const limit = Math.min(Number(input.Limit ?? MAX_RECORDS), MAX_RECORDS);
    if (!(limit >= 1)) {
      throw invalid(`Value '${input.Limit}' at 'limit' failed to satisfy constraint: Member must have value >= 1`);
    }
    const found = await this.options.log.read(this.tableOf(position.streamArn).name, position, limit);
    const Records = within(found, MAX_BYTES);
    const last = Records.at(-1)?.dynamodb.SequenceNumber;
    const next: Position = last ? { ...position, number: last, after: true } : position;
    return { Records, NextShardIterator: iteratorOf(next, this.options.now()) };
  }

  private start({ ShardIteratorType, SequenceNumber }: Record<string, unknown>): Omit<Position, 'streamArn'> {
    switch (ShardIteratorType) {
      case 'TRIM_HORIZON':
        return { number: '', after: false };
      case 'LATEST':
        return { number: this.options.log.latest, after: true };
      case 'AT_SEQUENCE_NUMBER':
        return { number: String(SequenceNumber), after: false };
      case 'AFTER_SEQUENCE_NUMBER':
        return { number: String(SequenceNumber), after: true };
      default:
        throw invalid(
          `Value '${ShardIteratorType}' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy ` +
            'enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON]',
        );
    }
  }

  private tableOf(arn: string): TableBlueprint {
    const table = this.tables.get(arn);
    if (!table) {
      throw resourceNotFound(`Requested resource not found: Stream: ${arn} not found`);
    }
    return table;
  }
}

/** @returns the first records that fit into the limit, at least one */
function within(records: readonly StreamRecord[], bytes: number): StreamRecord[] {
  let sum = 0;
  return records.filter(({ dynamodb }, index) => {
    sum += dynamodb.SizeBytes;
    return index === 0 || sum <= bytes;
  });
}

/** `arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/LABEL` */
function labelOf(arn: string): string {
  return arn.split('/').at(-1) ?? '';
}
