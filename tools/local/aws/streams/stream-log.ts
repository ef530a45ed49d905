import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { createKey, itemSize } from 'dynalite/db';
import type { TableBlueprint } from '../../blueprint';
import type { Database } from '../dynamodb/database';
import type { Change } from '../dynamodb/draft';
import type { Attributes, BatchOperation } from '../dynamodb/engine';
import { keyOf } from '../dynamodb/place';
import type { Place } from './iterator';
import { numberOf, sequenceAt, sequenceOf, timeOf } from './sequence-number';
import { lineageOf, type Shard, Shards } from './shards';
import { SteadyClock } from '../steady-clock';
import type { StreamTiming } from './timing';

/** A stream keeps its records for 24 hours. Source: "Change data capture for DynamoDB Streams". */
const RETENTION_MS = 24 * 3_600_000;

/** The place before all records. */
const FIRST: Place = { number: '', after: false };

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

/** Records that GetRecords returns, and the place after them; none if the shard is closed and has no more records. */
export interface Page {
  readonly records: readonly StreamRecord[];
  readonly next?: Place;
}

/** Limits of a page. It has at least one record, if there is any. */
interface PageLimits {
  readonly records: number;
  readonly bytes: number;
}

export interface StreamLogOptions {
  readonly database: Database;
  readonly tables: readonly TableBlueprint[];
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly timing: StreamTiming;
}

/**
 * The records of all streams. Each record is stored atomically with its write. It belongs to the shard of its partition key and
 * of its time, so that shards close without a write.
 */
export class StreamLog {
  private readonly tables: ReadonlyMap<string, TableBlueprint>;
  private readonly shardsOf = new Map<string, Shards>();
  /** The sequence of the last record, or the first one of the present, whichever is greater. */
  private sequence = 0n;
  private readonly clock: SteadyClock;

  private constructor(private readonly options: StreamLogOptions) {
    const { tables, database } = options;
    this.tables = new Map(tables.filter(({ streamArn }) => streamArn).map((table) => [table.name, table]));
    this.clock = new SteadyClock(options.now);
    database.accompany((change) => this.record(change));
  }

  /** Opens the streams. Those of a kept folder keep their shards. */
  static async open(options: StreamLogOptions): Promise<StreamLog> {
    const log = new StreamLog(options);
    const { db } = options.database.store;
    log.clock.pass((db.getSync(LAST_TIME) as number | undefined) ?? 0);
    for (const name of log.tables.keys()) {
      const key = `shards-${name}`;
      const created = { createdAt: options.now(), lifetimeMs: options.timing.shardLifetimeMs };
      const { createdAt, lifetimeMs } = (db.getSync(key) as typeof created | undefined) ?? created;
      await db.batch([{ type: 'put', key, value: { createdAt, lifetimeMs } }]);
      log.shardsOf.set(name, new Shards(createdAt, lifetimeMs));
      log.clock.pass(createdAt - 1);
      const last = { gte: recordKey(name, ''), lt: recordKey(name, '\xff'), reverse: true, limit: 1 };
      for await (const [, record] of db.iterator(last)) {
        log.clock.pass(timeOf(sequenceOf((record as StreamRecord).dynamodb.SequenceNumber)));
      }
    }
    return log;
  }

  /** @returns the shards that were open in the last 24 hours, parents before children */
  shards(table: string): readonly (Shard & { readonly closed: boolean })[] {
    const now = this.advance();
    const shards = this.shardsOf.get(table)?.between(this.horizon(), now) ?? [];
    return shards.map((shard) => ({ ...shard, closed: shard.to <= now }));
  }

  /** The place after the records that can be read now. */
  latest(): Place {
    return { number: numberOf(this.readable()), after: true };
  }

  /** @returns true if the place is before the records of the last 24 hours */
  isTrimmed({ number }: Place): boolean {
    return number !== '' && number < numberOf(this.horizon());
  }

  /** @returns the records of a shard that can be read, from a place on, oldest first */
  async read(table: string, shard: Shard, place: Place, limits: PageLimits): Promise<Page> {
    // Later writes get greater sequences. Earlier ones are stored before this read.
    const readable = this.readable();
    await this.options.database.settled();
    const isComplete = readable >= shard.to;
    const end = numberOf(isComplete ? shard.to : readable + 1n);
    const records: StreamRecord[] = [];
    let bytes = 0;
    for await (const record of this.records(table, this.from(shard, place), end)) {
      if (this.lineageOf(table, record) !== shard.lineage) {
        continue;
      }
      bytes += record.dynamodb.SizeBytes;
      if (records.length === limits.records || (records.length > 0 && bytes > limits.bytes)) {
        return { records, next: { number: records.at(-1)?.dynamodb.SequenceNumber ?? '', after: true } };
      }
      records.push(record);
    }
    if (isComplete) {
      return { records };
    }
    return { records, next: place.number > end ? place : { number: end, after: false } };
  }

  /** Deletes records older than 24 hours, and stores a time that no reader has seen yet. */
  async trim(): Promise<void> {
    const value = timeOf(this.advance()) + UNSEEN_MS;
    await this.options.database.store.db.batch([{ type: 'put', key: LAST_TIME, value }]);
    for (const table of this.tables.keys()) {
      const over: BatchOperation[] = [];
      for await (const { dynamodb } of this.records(table, FIRST, numberOf(this.horizon()))) {
        over.push({ type: 'del', key: recordKey(table, dynamodb.SequenceNumber) });
      }
      if (over.length > 0) {
        await this.options.database.store.db.batch(over);
      }
    }
  }

  private async *records(table: string, { number, after }: Place, end: string): AsyncGenerator<StreamRecord> {
    const from = recordKey(table, number);
    const range = { ...(after ? { gt: from } : { gte: from }), lt: recordKey(table, end) };
    for await (const [, record] of this.options.database.store.db.iterator(range)) {
      yield record as StreamRecord;
    }
  }

  /** The later one of two places: the given one, and the start of the shard's records of the last 24 hours. */
  private from(shard: Shard, place: Place): Place {
    const horizon = this.horizon();
    const start = numberOf(shard.from > horizon ? shard.from : horizon);
    return place.number < start ? { number: start, after: false } : place;
  }

  /** @returns the sequence of the present */
  private advance(): bigint {
    const now = sequenceAt(this.clock.now());
    this.sequence = now > this.sequence ? now : this.sequence;
    return this.sequence;
  }

  /** The last sequence that can be read. */
  private readable(): bigint {
    const readable = this.advance() - sequenceAt(this.options.timing.delayMs);
    return readable > 0n ? readable : 0n;
  }

  /** The first sequence of the last 24 hours. */
  private horizon(): bigint {
    const horizon = this.sequence - sequenceAt(RETENTION_MS);
    return horizon > 0n ? horizon : 0n;
  }

  private lineageOf(table: string, { dynamodb }: StreamRecord): number {
    // Dynalite's keys begin with a hash of the partition key.
    const [hash = ''] = createKey(dynamodb.Keys, this.options.database.table(table)).split('/');
    return lineageOf(hash);
  }

  private record({ table: name, before, after, by }: Change): BatchOperation[] {
    const table = this.tables.get(name);
    const present = after ?? before;
    if (!table || !present || (before && after && isSame(before, after))) {
      return [];
    }
    this.sequence = this.advance() + 1n;
    const SequenceNumber = numberOf(this.sequence);
    const Keys = keyOf(this.options.database.table(name).KeySchema, present);
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
      awsRegion: this.options.region,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(this.options.now() / 1000),
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
}

/** Key of the time from which the next run of a kept folder continues, if the clock was set back. */
const LAST_TIME = 'last-time';

/** More milliseconds than between two calls of `trim`. */
const UNSEEN_MS = 2000;

function recordKey(table: string, sequenceNumber: string): string {
  return `stream-${table}~${sequenceNumber}`;
}

/** @returns true if a write changed nothing, which creates no record */
function isSame(before: Attributes, after: Attributes): boolean {
  return isDeepStrictEqual(before, JSON.parse(JSON.stringify(after)));
}
