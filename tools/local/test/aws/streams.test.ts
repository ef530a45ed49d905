import {
  DeleteItemCommand,
  DescribeTableCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type ShardIteratorType,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { TableBlueprint } from '../../blueprint';
import { type Clients, type RunningAws, runAws, table, until } from './fixture';

const VIEWS = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'];
const TABLES = VIEWS.map((streamViewType) => table(`table-${streamViewType}`, { streamViewType }));
const FULL = TABLES[3] as TableBlueprint;
const EXPIRING = table('expiring', { streamViewType: 'OLD_IMAGE', timeToLiveAttribute: 'expiresAt' });

let now: number;
let aws: RunningAws;
let clients: Clients;
beforeEach(async () => {
  now = Date.now();
  aws = await runAws({ tables: [...TABLES, EXPIRING, table('silent')], now: () => now, streams: { delayMs: 0 } });
  clients = aws.clients();
});
afterEach(() => aws.close());

/** A key in the open shard whose id ends with 0. */
const key = { pk: { S: 'a' }, sk: { S: 'b' } };
const put = ({ name }: TableBlueprint, more: object = {}) =>
  clients.dynamo.send(new PutItemCommand({ TableName: name, Item: { ...key, ...more } }));
const remove = ({ name }: TableBlueprint) => clients.dynamo.send(new DeleteItemCommand({ TableName: name, Key: key }));

async function iterator(
  { streamArn }: TableBlueprint,
  type: ShardIteratorType = 'TRIM_HORIZON',
  SequenceNumber?: string,
) {
  const { StreamDescription } = await clients.streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  const open = StreamDescription?.Shards?.filter(({ SequenceNumberRange: range }) => !range?.EndingSequenceNumber);
  const ShardId = open?.map((shard) => shard.ShardId).find((id) => id?.endsWith('0'));
  const place = { StreamArn: streamArn, ShardId, ShardIteratorType: type, SequenceNumber };
  return (await clients.streams.send(new GetShardIteratorCommand(place))).ShardIterator;
}

async function records(from: Promise<string | undefined> | string | undefined, Limit?: number) {
  const answer = await clients.streams.send(new GetRecordsCommand({ ShardIterator: await from, Limit }));
  return { records: answer.Records ?? [], next: answer.NextShardIterator };
}

const number = (record?: StreamRecord) => record?.dynamodb?.SequenceNumber ?? '';

test('a stream has a record for each created, changed and removed item, in order', async () => {
  await put(FULL, { v: { S: '1' } });
  await put(FULL, { v: { S: '2' } });
  await remove(FULL);
  const { records: found } = await records(iterator(FULL));
  expect(found).toMatchObject([
    { eventName: 'INSERT', eventSource: 'aws:dynamodb', awsRegion: 'us-east-1', eventVersion: '1.1' },
    { eventName: 'MODIFY', dynamodb: { NewImage: { v: { S: '2' } }, OldImage: { v: { S: '1' } } } },
    { eventName: 'REMOVE', dynamodb: { Keys: key, OldImage: { v: { S: '2' } }, StreamViewType: 'NEW_AND_OLD_IMAGES' } },
  ]);
  expect(found.map(number)).toEqual(found.map(number).sort());
  expect(new Set(found.map(({ eventID }) => eventID)).size).toBe(3);
  expect(found[0]?.dynamodb?.ApproximateCreationDateTime?.getTime()).toBe(Math.floor(now / 1000) * 1000);
  expect(found[0]?.userIdentity).toBeUndefined();
});

test.each([
  ['KEYS_ONLY', []],
  ['NEW_IMAGE', ['NewImage']],
  ['OLD_IMAGE', ['OldImage']],
  ['NEW_AND_OLD_IMAGES', ['NewImage', 'OldImage']],
])('records of the view type %s have the images %j', async (view, images) => {
  const viewed = TABLES[VIEWS.indexOf(view)] as TableBlueprint;
  await put(viewed, { v: { S: '1' } });
  await put(viewed, { v: { S: '2' } });
  const { records: found } = await records(iterator(viewed));
  expect(
    Object.keys(found[1]?.dynamodb ?? {})
      .filter((name) => name.endsWith('Image'))
      .sort(),
  ).toEqual(images);
});

test('a stream has no record for a write that changes nothing, for one that fails, or for a table without a stream', async () => {
  await put(FULL, { v: { S: '1' } });
  await put(FULL, { v: { S: '1' } });
  await clients.dynamo.send(new PutItemCommand({ TableName: 'silent', Item: key }));
  const Put = { TableName: FULL.name, Item: { ...key, sk: { S: 'other' } } };
  const Delete = { TableName: FULL.name, Key: key, ConditionExpression: 'attribute_not_exists(pk)' };
  const failing = clients.dynamo.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }, { Delete }] }));
  await expect(failing).rejects.toMatchObject({ name: 'TransactionCanceledException' });
  expect((await records(iterator(FULL))).records).toHaveLength(1);
});

test('the next iterator continues where the previous one ended', async () => {
  for (const v of ['1', '2', '3']) {
    await put(FULL, { v: { S: v } });
  }
  const first = await records(iterator(FULL), 2);
  expect(first.records).toHaveLength(2);
  const second = await records(first.next);
  expect(second.records).toMatchObject([{ dynamodb: { NewImage: { v: { S: '3' } } } }]);
  const third = await records(second.next);
  expect(third.records).toEqual([]);
  await put(FULL, { v: { S: '4' } });
  expect((await records(third.next)).records).toMatchObject([{ dynamodb: { NewImage: { v: { S: '4' } } } }]);
});

test('an iterator can start at the latest record, at a sequence number and after it', async () => {
  const latest = iterator(FULL, 'LATEST');
  await latest;
  await put(FULL, { v: { S: '1' } });
  await put(FULL, { v: { S: '2' } });
  const { records: all } = await records(latest);
  expect(all).toHaveLength(2);
  expect((await records(iterator(FULL, 'LATEST'))).records).toEqual([]);
  expect((await records(iterator(FULL, 'AT_SEQUENCE_NUMBER', number(all[1])))).records).toEqual([all[1]]);
  expect((await records(iterator(FULL, 'AFTER_SEQUENCE_NUMBER', number(all[0])))).records).toEqual([all[1]]);
});

test('the record of a deletion by time to live has the identity of DynamoDB', async () => {
  await put(EXPIRING, { expiresAt: { N: String(Math.floor(now / 1000) + 60) } });
  now += 62_000;
  await until(async () => (await records(iterator(EXPIRING))).records.length === 2);
  expect((await records(iterator(EXPIRING))).records[1]).toMatchObject({
    eventName: 'REMOVE',
    userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
  });
});

test('records expire after 24 hours, and iterators after 15 minutes', async () => {
  await put(FULL, { v: { S: '1' } });
  const old = await iterator(FULL);
  now += 15 * 60 * 1000 + 1;
  await expect(records(old)).rejects.toMatchObject({ name: 'ExpiredIteratorException' });
  now += 24 * 3600 * 1000;
  await put(FULL, { v: { S: '2' } });
  expect((await records(iterator(FULL))).records).toMatchObject([{ dynamodb: { NewImage: { v: { S: '2' } } } }]);
});

test('streams can be listed and described, and an unknown stream is an error', async () => {
  const { Streams } = await clients.streams.send(new ListStreamsCommand({ TableName: FULL.name }));
  expect(Streams).toEqual([
    { StreamArn: FULL.streamArn, StreamLabel: '2026-01-01T00:00:00.000', TableName: FULL.name },
  ]);
  const described = await clients.dynamo.send(new DescribeTableCommand({ TableName: FULL.name }));
  expect(described.Table).toMatchObject({
    LatestStreamArn: FULL.streamArn,
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  await expect(iterator({ ...FULL, streamArn: 'arn:none' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await expect(records('nonsense')).rejects.toMatchObject({ name: 'ValidationException' });
});
