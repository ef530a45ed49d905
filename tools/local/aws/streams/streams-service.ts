import type { TableBlueprint } from '../../blueprint';
import type { Database } from '../dynamodb/database';
import { accessDenied, invalid, resourceNotFound, unknownOperation } from '../dynamodb/dynamodb-failures';
import type { Call, Service } from '../service';
import { Failure } from '../failure';
import { iteratorOf, type Place, positionOf } from './iterator';
import { numberOf } from './sequence-number';
import type { Shard } from './shards';
import type { StreamLog } from './stream-log';

/** Limits of GetRecords: 1,000 records, 1 MB. */
const MAX_RECORDS = 1000;
const MAX_BYTES = 1024 * 1024;

/** Maximum and default number of shards in an answer of DescribeStream. */
const MAX_SHARDS = 100;

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

  private async describeStream(input: Record<string, unknown>, call: Call): Promise<object> {
    const arn = String(input.StreamArn);
    await call.permit({ action: 'dynamodb:DescribeStream', resource: arn });
    const { name, streamViewType } = this.tableOf(arn);
    const limit = limitOf(input.Limit, MAX_SHARDS);
    const rest = this.options.log.shards(name).filter(({ id }) => id > String(input.ExclusiveStartShardId ?? ''));
    const shown = rest.slice(0, limit);
    return {
      StreamDescription: {
        StreamArn: arn,
        StreamLabel: labelOf(arn),
        StreamStatus: 'ENABLED',
        StreamViewType: streamViewType,
        TableName: name,
        KeySchema: this.options.database.table(name).KeySchema,
        Shards: shown.map(({ id, parentId, from, to, closed }) => ({
          ShardId: id,
          ...(parentId && { ParentShardId: parentId }),
          SequenceNumberRange: {
            StartingSequenceNumber: numberOf(from),
            ...(closed && { EndingSequenceNumber: numberOf(to - 1n) }),
          },
        })),
        ...(rest.length > shown.length && { LastEvaluatedShardId: shown.at(-1)?.id }),
      },
    };
  }

  private async getShardIterator(input: Record<string, unknown>, call: Call): Promise<object> {
    const arn = String(input.StreamArn);
    await call.permit({ action: 'dynamodb:GetShardIterator', resource: arn });
    const { id: shardId } = this.shardOf(arn, String(input.ShardId));
    const place = this.kept(this.start(input));
    return { ShardIterator: iteratorOf({ streamArn: arn, shardId, ...place }, this.options.now()) };
  }

  private async getRecords(input: Record<string, unknown>, call: Call): Promise<object> {
    const { streamArn, shardId, ...place } = positionOf(input.ShardIterator, this.options.now());
    await call.permit({ action: 'dynamodb:GetRecords', resource: streamArn });
    const limits = { records: limitOf(input.Limit, MAX_RECORDS), bytes: MAX_BYTES };
    const shard = this.shardOf(streamArn, shardId);
    const { name } = this.tableOf(streamArn);
    const { records, next } = await this.options.log.read(name, shard, this.kept(place), limits);
    return {
      Records: records,
      ...(next && { NextShardIterator: iteratorOf({ streamArn, shardId, ...next }, this.options.now()) }),
    };
  }

  private start({ ShardIteratorType, SequenceNumber }: Record<string, unknown>): Place {
    if (/^(AT|AFTER)_/.test(String(ShardIteratorType)) && !/^\d{21,40}$/.test(String(SequenceNumber))) {
      throw invalid(
        `Value '${SequenceNumber}' at 'sequenceNumber' failed to satisfy constraint: Member must have length 21 to 40`,
      );
    }
    switch (ShardIteratorType) {
      case 'TRIM_HORIZON':
        return { number: '', after: false };
      case 'LATEST':
        return this.options.log.latest();
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

  /** @returns the place. Throws if its records are older than 24 hours: API references of GetShardIterator and GetRecords */
  private kept(place: Place): Place {
    if (this.options.log.isTrimmed(place)) {
      throw new Failure(
        'com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException',
        'The operation attempted to read past the oldest stream record in a shard.',
      );
    }
    return place;
  }

  private shardOf(arn: string, id: string): Shard {
    const { name } = this.tableOf(arn);
    const shard = this.options.log.shards(name).find((one) => one.id === id);
    if (!shard) {
      throw resourceNotFound(`Requested resource not found: Shard: ${id} in Stream: ${arn} not found`);
    }
    return shard;
  }

  private tableOf(arn: string): TableBlueprint {
    const table = this.tables.get(arn);
    if (!table) {
      throw resourceNotFound(`Requested resource not found: Stream: ${arn} not found`);
    }
    return table;
  }
}

/** @returns the limit of the caller, at most `maximum` */
function limitOf(limit: unknown, maximum: number): number {
  const wanted = Number(limit ?? maximum);
  if (!(wanted >= 1)) {
    throw invalid(`Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value >= 1`);
  }
  return Math.min(wanted, maximum);
}

/** `arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/LABEL` */
function labelOf(arn: string): string {
  return arn.split('/').at(-1) ?? '';
}
