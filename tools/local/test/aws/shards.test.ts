import {
  DescribeStreamCommand,
  type DescribeStreamCommandInput,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { Database } from '../../aws/dynamodb/database';
import { validated } from '../../aws/dynamodb/engine';
import { StreamLog } from '../../aws/streams/stream-log';
import { emptyDirectory } from '../assembly/assembly-directory';
import { type Clients, type RunningAws, runAws, table } from './fixture';

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];
const TABLE = table('log', { streamViewType: 'NEW_IMAGE' });
const { streamArn: StreamArn, name: TableName } = TABLE;

let now: number;
let aws: RunningAws;
let clients: Clients;

async function start(options: Parameters<typeof runAws>[0] = {}): Promise<void> {
  aws = await runAws({ tables: [TABLE], now: () => now, ...options });
  clients = aws.clients();
}

beforeEach(async () => {
  now = Date.parse('2026-01-01T00:00:00Z');
  await start();
});
afterEach(() => aws.close());

const put = (pk: string, v = '') =>
  clients.dynamo.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { S: 'sk' }, v: { S: v } } }));

async function describeStream(input: Partial<DescribeStreamCommandInput> = {}) {
  const answer = await clients.streams.send(new DescribeStreamCommand({ StreamArn, ...input }));
  return answer.StreamDescription ?? {};
}

const shards = async (): Promise<Shard[]> => (await describeStream()).Shards ?? [];

async function iterator(ShardId: string | undefined, input: Partial<GetShardIteratorCommandInput> = {}) {
  const place = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const, ...input };
  return (await clients.streams.send(new GetShardIteratorCommand(place))).ShardIterator;
}

/** @returns the partition key and value of each record, and the next iterator */
async function read(ShardIterator: string | undefined) {
  const { Records = [], NextShardIterator } = await clients.streams.send(new GetRecordsCommand({ ShardIterator }));
  const values = Records.map(({ dynamodb }) => `${dynamodb?.Keys?.pk?.S} ${dynamodb?.NewImage?.v?.S}`);
  return { values, numbers: Records.map(({ dynamodb }) => dynamodb?.SequenceNumber), next: NextShardIterator };
}

/** @returns the records of each shard that has any */
async function contents(): Promise<string[][]> {
  const found = [];
  for (const { ShardId } of await shards()) {
    found.push((await read(await iterator(ShardId))).values);
  }
  return found.filter(({ length }) => length > 0);
}

/** @returns a shard that has records, with its first page */
async function withRecords() {
  const found = [];
  for (const { ShardId } of await shards()) {
    found.push({ ShardId, ...(await read(await iterator(ShardId))) });
  }
  return found.find(({ values }) => values.length > 0);
}

test('a stream keeps the changes of an item in one shard, and the changes of different items in two', async () => {
  const keys = Array.from({ length: 20 }, (_none, index) => `${index}`);
  for (const v of ['first', 'second']) {
    for (const pk of keys) {
      await put(pk, v);
    }
  }
  now += SECOND;
  const found = await contents();
  expect(found).toHaveLength(2);
  expect(found.flat().sort()).toEqual(keys.flatMap((pk) => [`${pk} first`, `${pk} second`]).sort());
  for (const values of found) {
    const its = keys.filter((pk) => values.includes(`${pk} first`));
    expect(values).toEqual(['first', 'second'].flatMap((v) => its.map((pk) => `${pk} ${v}`)));
  }
});

test('a record can be read 90 ms after its write, and not earlier', async () => {
  await put('a');
  now += 90;
  expect(await contents()).toEqual([]);
  now += 1;
  expect(await contents()).toEqual([['a ']]);
});

test('an iterator at LATEST returns a record that was written before it and could not be read yet', async () => {
  await put('a', 'before');
  const latest = await Promise.all(
    (await shards()).map(({ ShardId }) => iterator(ShardId, { ShardIteratorType: 'LATEST' })),
  );
  now += SECOND;
  const found = await Promise.all(latest.map(read));
  expect(found.flatMap(({ values }) => values)).toEqual(['a before']);
});

test('a stream begins with two open shards without parents, and after four hours each has a child', async () => {
  const first = await shards();
  expect(first).toEqual(
    first.map(() => ({
      ShardId: expect.stringMatching(/^shardId-\d{20}-[0-9a-f]{8}$/),
      SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^\d{21}$/) },
    })),
  );
  expect(first).toHaveLength(2);
  now += 4 * HOUR;
  const later = await shards();
  for (const { ShardId, SequenceNumberRange } of first) {
    const parent = later.find((one) => one.ShardId === ShardId);
    const child = later.find(({ ParentShardId }) => ParentShardId === ShardId);
    const { EndingSequenceNumber = '' } = parent?.SequenceNumberRange ?? {};
    expect(BigInt(EndingSequenceNumber)).toBeGreaterThan(BigInt(SequenceNumberRange?.StartingSequenceNumber ?? ''));
    expect(child?.SequenceNumberRange?.StartingSequenceNumber).toBe(String(BigInt(EndingSequenceNumber) + 1n));
  }
  expect(later.findIndex(({ ParentShardId }) => ParentShardId)).toBeGreaterThan(1);
});

test('the shards of a stream do not close at the same time', async () => {
  const open = async () => (await shards()).filter(({ SequenceNumberRange: range }) => !range?.EndingSequenceNumber);
  const before = await open();
  const changes: number[] = [];
  for (let minute = 0; minute < 8 * 60; minute += 10) {
    now += 10 * MINUTE;
    const after = await open();
    expect(after).toHaveLength(2);
    changes.push(after.filter(({ ShardId }) => !before.some((one) => one.ShardId === ShardId)).length);
    before.splice(0, 2, ...after);
  }
  expect(changes.filter(Boolean)).toEqual([1, 1, 1, 1]);
});

test('a closed shard returns its last records, then no iterator, and the next change of its item is in its child', async () => {
  await put('a', 'old');
  now += SECOND;
  const open = await withRecords();
  expect(open).toMatchObject({ values: ['a old'], next: expect.any(String) });
  now += 4 * HOUR;
  await put('a', 'new');
  now += SECOND;
  expect(await read(await iterator(open?.ShardId))).toMatchObject({ values: ['a old'], next: undefined });
  const child = (await shards()).find(({ ParentShardId }) => ParentShardId === open?.ShardId);
  expect(await read(await iterator(child?.ShardId))).toMatchObject({ values: ['a new'], next: expect.any(String) });
});

test('DescribeStream returns at most as many shards as the limit, and continues after the last one', async () => {
  now += 24 * HOUR - SECOND;
  const all = await shards();
  expect(all).toHaveLength(13);
  const first = await describeStream({ Limit: 10 });
  expect(first).toMatchObject({ Shards: all.slice(0, 10), LastEvaluatedShardId: all[9]?.ShardId });
  const second = await describeStream({ Limit: 10, ExclusiveStartShardId: first.LastEvaluatedShardId });
  expect(second.Shards).toEqual(all.slice(10));
  expect(second.LastEvaluatedShardId).toBeUndefined();
  await expect(describeStream({ Limit: 0 })).rejects.toMatchObject({ name: 'ValidationException' });
});

test.each(['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] as const)(
  'an iterator %s needs a sequence number',
  async (ShardIteratorType) => {
    const [shard] = await shards();
    for (const SequenceNumber of [undefined, 'x']) {
      await expect(iterator(shard?.ShardId, { ShardIteratorType, SequenceNumber })).rejects.toMatchObject({
        name: 'ValidationException',
      });
    }
  },
);

test('a sequence number older than 24 hours is refused with TrimmedDataAccessException', async () => {
  await put('a');
  now += SECOND;
  const old = await withRecords();
  const input = { ShardIteratorType: 'AT_SEQUENCE_NUMBER' as const, SequenceNumber: old?.numbers[0] };
  now += 24 * HOUR - MINUTE;
  const late = await iterator(old?.ShardId, input);
  now += MINUTE;
  const trimmed = { name: 'TrimmedDataAccessException' };
  await expect(iterator(old?.ShardId, input)).rejects.toMatchObject(trimmed);
  await expect(read(late)).rejects.toMatchObject(trimmed);
});

test('a shard that closed more than 24 hours ago does not exist', async () => {
  const [first] = await shards();
  now += 29 * HOUR;
  expect((await shards()).map(({ ShardId }) => ShardId)).not.toContain(first?.ShardId);
  await expect(iterator(first?.ShardId)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a reader of a shard without records keeps its place for longer than 24 hours', async () => {
  await aws.close();
  await start({ streams: { shardLifetimeMs: 48 * HOUR } });
  const [open] = await shards();
  let { next } = await read(await iterator(open?.ShardId));
  for (let hours = 0; hours < 25; hours += 0.2) {
    now += 0.2 * HOUR;
    ({ next } = await read(next));
  }
  expect(next).toBeDefined();
});

test('records that are written after the clock was set back follow the earlier ones', async () => {
  await put('a', 'first');
  now -= HOUR;
  await put('a', 'second');
  now += SECOND;
  await put('a', 'third');
  now += SECOND;
  expect(await contents()).toEqual([['a first', 'a second', 'a third']]);
});

test('a stream that is kept in a folder has the same shards and records in the next run, even with an earlier clock', async () => {
  await aws.close();
  const data = emptyDirectory();
  await start({ data });
  await put('a', 'first');
  now += 3 * HOUR;
  const before = await shards();
  await aws.close();
  await start({ data, streams: { shardLifetimeMs: HOUR } });
  expect(await shards()).toEqual(before);
  await put('a', 'second');
  await aws.close();
  now -= 2 * HOUR;
  await start({ data });
  await put('a', 'third');
  now += SECOND;
  const found = await contents();
  expect(found.flat()).toEqual(['a first', 'a second', 'a third']);
});

test('a reader gets the records of the next run with the same folder, even with an earlier clock', async () => {
  await aws.close();
  const data = emptyDirectory();
  await start({ data, sweepMs: 1 });
  now += HOUR;
  const iterators = new Map<string, string | undefined>();
  for (const { ShardId = '' } of await shards()) {
    iterators.set(ShardId, (await read(await iterator(ShardId))).next);
  }
  await aws.close();
  now -= HOUR;
  await start({ data });
  await put('a', 'later');
  now += MINUTE;
  const found = [];
  for (const next of iterators.values()) {
    found.push(...(await read(next)).values);
  }
  expect(found).toEqual(['a later']);
});

test('a closed shard is not at its end while a write to it is being stored', async () => {
  const options = { tables: [TABLE], region: 'us-east-1', accountId: '000000000000' };
  const database = await Database.open(options);
  try {
    const timing = { delayMs: 0, shardLifetimeMs: HOUR };
    const log = await StreamLog.open({ ...options, database, timing, now: () => now });
    const Item = { pk: { S: 'a' }, sk: { S: 'sk' } };
    const { db } = database.store;
    const batch = db.batch.bind(db);
    let store: () => void = () => undefined;
    db.batch = async (operations) => {
      await new Promise<void>((resolve) => (store = resolve));
      await batch(operations);
    };
    const writing = database.write((draft) =>
      draft.act('PutItem', validated('PutItem', { TableName, Item }, database.store)),
    );
    await new Promise(setImmediate);
    now += HOUR;
    const shard = log.shards(TableName).find(({ closed, lineage }) => closed && lineage === 0);
    const reading = log.read(TableName, shard as never, { number: '', after: false }, { records: 10, bytes: 1000 });
    for (let turn = 0; turn < 10; turn += 1) {
      await new Promise(setImmediate);
    }
    store();
    expect(await reading).toEqual({ records: [expect.objectContaining({ eventName: 'INSERT' })] });
    await writing;
  } finally {
    await database.close();
  }
});
