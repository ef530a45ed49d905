import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { itemSize } from 'dynalite/db';
import type { TableBlueprint } from '../../blueprint';
import type { Database } from '../dynamodb/database';
import type { Change } from '../dynamodb/draft';
import type { Attributes, BatchOperation } from '../dynamodb/engine';

/** A stream keeps its records for 24 hours. Source: "Change data capture for DynamoDB Streams". */
const RETENTION_SECONDS = 24 * 3600;

/** A record in the form of GetRecords. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly dynamodb: {
    /** Seconds since 1970. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Attributes;
    readonly NewImage?: Attributes;
    readonly OldImage?: Attributes;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: string;
  };
  /** Present if time to live deleted the item. */
  readonly userIdentity?: { readonly Type: 'Service'; readonly PrincipalId: 'dynamodb.amazonaws.com' };
}

/** The records of all streams. Each record is stored atomically with its write. */
export class StreamLog {
  private readonly tables: ReadonlyMap<string, TableBlueprint>;
  private sequence: bigint;

  constructor(
    private readonly database: Database,
    tables: readonly TableBlueprint[],
    private readonly region: string,
    private readonly now: () => number,
  ) {
    this.tables = new Map(tables.filter(({ streamArn }) => streamArn).map((table) => [table.name, table]));
    // Greater than every number of an earlier run with the same data, unless that run wrote 10 million records per second.
    this.sequence = BigInt(now()) * 10_000n;
    database.accompany((change) => this.record(change));
  }

  /** The sequence number of the last record. */
  get latest(): string {
    return numberOf(this.sequence);
  }

  /**
   * @param position the record with this number is the first, unless `after` is true
   * @returns the records of the last 24 hours, oldest first
   */
  async read(
    table: string,
    position: { readonly number: string; readonly after: boolean },
    limit: number,
  ): Promise<StreamRecord[]> {
    const records: StreamRecord[] = [];
    for await (const record of this.records(table, position, limit)) {
      if (!this.isOver(record)) {
        records.push(record);
      }
    }
    return records;
  }

  /** Deletes records older than 24 hours. */
  async trim(): Promise<void> {
    for (const table of this.tables.keys()) {
      const over: BatchOperation[] = [];
      for await (const record of this.records(table, { number: '', after: false })) {
        if (!this.isOver(record)) {
          break;
        }
        over.push({ type: 'del', key: recordKey(table, record.dynamodb.SequenceNumber) });
      }
      if (over.length > 0) {
        await this.database.store.db.batch(over);
      }
    }
  }

  private async *records(
    table: string,
    { number, after }: { readonly number: string; readonly after: boolean },
    limit?: number,
  ): AsyncGenerator<StreamRecord> {
    const from = recordKey(table, number);
    const range = { ...(after ? { gt: from } : { gte: from }), lt: recordKey(table, '\xff'), limit: limit ?? -1 };
    for await (const [, record] of this.database.store.db.iterator(range)) {
      yield record as StreamRecord;
    }
  }

  private isOver({ dynamodb }: StreamRecord): boolean {
    return dynamodb.ApproximateCreationDateTime < this.now() / 1000 - RETENTION_SECONDS;
  }

  private record({ table: name, before, after, by }: Change): BatchOperation[] {
    const table = this.tables.get(name);
    const present = after ?? before;
    if (!table || !present || (before && after && isSame(before, after))) {
      return [];
    }
    this.sequence += 1n;
    const SequenceNumber = numberOf(this.sequence);
    const Keys = this.keysOf(name, present);
    const view = table.streamViewType ?? 'NEW_AND_OLD_IMAGES';
    const images = {
      ...(after && view !== 'OLD_IMAGE' && view !== 'KEYS_ONLY' && { NewImage: after }),
      ...(before && view !== 'NEW_IMAGE' && view !== 'KEYS_ONLY' && { OldImage: before }),
    };
    const record: StreamRecord = {
      eventID: randomUUID().replaceAll('-', ''),
      eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: this.region,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(this.now() / 1000),
        Keys,
        ...images,
        SequenceNumber,
        SizeBytes: [Keys, ...Object.values(images)].reduce((sum, item) => sum + itemSize(item), 0),
        StreamViewType: view,
      },
      ...(by === 'timeToLive' && { userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' } }),
    };
    return [{ type: 'put', key: recordKey(name, SequenceNumber), value: record }];
  }

  private keysOf(table: string, item: Attributes): Attributes {
    const names = this.database.table(table).KeySchema.map(({ AttributeName }) => AttributeName);
    return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
  }
}

/** The sequence number, with the length of DynamoDB's numbers, so that numbers sort as text. */
function numberOf(sequence: bigint): string {
  return `1${String(sequence).padStart(20, '0')}`;
}

function recordKey(table: string, sequenceNumber: string): string {
  return `stream-${table}~${sequenceNumber}`;
}

/** @returns true if a write changed nothing, which creates no record */
function isSame(before: Attributes, after: Attributes): boolean {
  return isDeepStrictEqual(before, JSON.parse(JSON.stringify(after)));
}
