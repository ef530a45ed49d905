import { HintTable } from '../../../lambda/adapters/hint-table';
import { DynamoMessageLog } from '../../../lambda/adapters/message-log';
import { Table } from '../../../lambda/adapters/table';
import { marshall } from '../../../lambda/aws/attribute-values';
import type { OperationCaller } from '../../../lambda/aws/json-client';
import type { Hint } from '../../../lambda/realtime/ports';
import { ManualClock } from '../../support/memory/clock';
import { cancelled, failure, MemoryDynamoDB } from '../../support/memory/dynamodb';

type Keys = { pk: { S: string }; sk: { S: string } }[];

/** Creates a log with two messages, and after a pause three with one hint. */
async function setUp() {
  const clock = new ManualClock();
  const dynamo = new MemoryDynamoDB({ tables: ['log'], now: clock.now });
  const batches: string[][] = [];
  /** Decides for each read of a key whether it is throttled. */
  const state = { throttles: (_sk: string): boolean => false, conflicts: 0 };
  const caller: OperationCaller = {
    async call<Answer>(operation: string, input: object) {
      if (operation === 'TransactWriteItems' && state.conflicts > 0) {
        state.conflicts -= 1;
        throw cancelled([{ Code: 'TransactionConflict' }]);
      }
      if (operation !== 'BatchGetItem') {
        return dynamo.call<Answer>(operation, input);
      }
      const { log } = (input as { RequestItems: { log: { Keys: Keys; ConsistentRead: boolean } } }).RequestItems;
      expect(log.ConsistentRead).toBe(true);
      batches.push(log.Keys.map(({ pk, sk }) => `${pk.S} ${sk.S}`));
      const [left, read] = [true, false].map((throttled) =>
        log.Keys.filter(({ sk }) => state.throttles(sk.S) === throttled),
      ) as [Keys, Keys];
      const answer =
        read.length > 0
          ? await dynamo.call<{ Responses: object }>(operation, { RequestItems: { log: { ...log, Keys: read } } })
          : { Responses: {} };
      return { ...answer, UnprocessedKeys: left.length > 0 ? { log: { Keys: left } } : {} } as Answer;
    },
  };
  const table = new Table(caller, 'log', clock);
  const sent: Hint[] = [];
  const log = new DynamoMessageLog({
    table,
    retentionSeconds: 3600,
    clock,
    newId: () => 'e',
    hinting: { hints: { send: async (hint) => void sent.push(hint) }, after: 600 },
  });
  const append = (...ids: string[]) =>
    Promise.all(ids.map((id) => log.append({ topic: 'acme/a', id, data: id, publishedAt: 'now', subject: '' })));
  await append('one');
  await append('two');
  clock.advance(601);
  state.conflicts = 1;
  const appended = await append('three', 'four', 'five');
  const hint = sent.at(-1) as Hint;
  expect(hint).toEqual({ topic: 'acme/a', epoch: 'e', first: 3, last: 5 });
  const head = { pk: 'TOPIC#acme/a', sk: 'HEAD', epoch: 'e', lastSequence: 5 };
  return {
    clock,
    dynamo,
    table,
    head,
    state,
    batches,
    appended,
    hint,
    hints: new HintTable(table, 'connections', clock),
  };
}

it('the messages of a hint are read with its mark in one request, in the order of their sequences', async () => {
  const { hints, hint, appended, batches } = await setUp();
  expect(await hints.read(hint)).toEqual(appended);
  expect(batches).toEqual([
    [
      ...[3, 4, 5].map((sequence) => `TOPIC#acme/a MESSAGE#e#${String(sequence).padStart(16, '0')}`),
      'TOPIC#acme/a HEAD',
      'PUSHED#acme/a#e#3 connections',
    ],
  ]);
});

it.each([
  ['begins earlier', { first: 2 }],
  ['begins later', { first: 4 }],
  ['ends earlier', { last: 4 }],
  ['ends later', { last: 6 }],
  ['is about messages without a hint', { first: 2, last: 2 }],
  ['is about messages that do not exist', { first: 6, last: 6 }],
  ['has another epoch', { epoch: 'f' }],
  ['has another topic', { topic: 'rival/a' }],
])('nothing is read for a hint that %s', async (_, change) => {
  const { hints, hint } = await setUp();
  expect(await hints.read({ ...hint, ...change })).toEqual([]);
});

it('nothing is read for a hint while the head of its topic is not visible, because subscribers still expect a push', async () => {
  const { hints, hint, table, head } = await setUp();
  await table.put({ ...head, lastSequence: 4 });
  expect(await hints.read(hint)).toEqual([]);
  await table.put({ ...head, lastSequence: 6 });
  expect(await hints.read(hint)).toHaveLength(3);
  await table.put({ ...head, epoch: 'f' });
  expect(await hints.read(hint)).toEqual([]);
});

it('nothing is read for a hint that is marked, and only it counts as pushed', async () => {
  const { hints, hint } = await setUp();
  const first = { ...hint, first: 1, last: 1 };
  expect(await hints.pushed([first, hint])).toEqual([]);
  await hints.mark(hint);
  expect(await hints.read(hint)).toEqual([]);
  expect(await hints.read(first)).toMatchObject([{ id: 'one' }]);
  expect(await hints.pushed([first, hint])).toEqual([hint]);
});

it('nothing is read for a hint that is marked if one of its messages is missing', async () => {
  const { hints, hint, dynamo } = await setUp();
  await hints.mark(hint);
  const Key = marshall({ pk: 'TOPIC#acme/a', sk: 'MESSAGE#e#0000000000000004' });
  await dynamo.call('DeleteItem', { TableName: 'log', Key });
  expect(await hints.read(hint)).toEqual([]);
});

it('a mark is about one topic, epoch and first sequence', async () => {
  const { hints, hint } = await setUp();
  await hints.mark(hint);
  const others = [
    { ...hint, topic: 'acme/b' },
    { ...hint, epoch: 'f' },
    { ...hint, first: 4 },
    { ...hint, first: 33 },
  ];
  expect(await hints.pushed(others)).toEqual([]);
});

it('a mark is kept for 25 hours, an hour longer than the stream keeps a record', async () => {
  const { hints, hint, dynamo, clock } = await setUp();
  await hints.mark(hint);
  const [mark] = dynamo.items('log').filter(({ pk }) => pk.startsWith('PUSHED#'));
  expect(mark).toEqual({
    pk: 'PUSHED#acme/a#e#3',
    sk: 'connections',
    expiresAt: Math.floor(clock.now() / 1000) + 25 * 3600,
  });
});

it('a mark counts only for the lane that pushed, because other lanes of the same log have other connections', async () => {
  const { hints, hint, table, clock, appended } = await setUp();
  const other = new HintTable(table, 'connections of another lane', clock);
  await hints.mark(hint);
  expect(await other.pushed([hint])).toEqual([]);
  expect(await other.read(hint)).toEqual(appended);
  await other.mark(hint);
  expect(await other.pushed([hint])).toEqual([hint]);
  expect(await hints.pushed([hint])).toEqual([hint]);
});

it('a hint is marked twice without an error', async () => {
  const { hints, hint } = await setUp();
  await hints.mark(hint);
  await hints.mark(hint);
  expect(await hints.pushed([hint])).toEqual([hint]);
});

it('the mark of several messages of one hint is read once, and counts for each of them', async () => {
  const { hints, hint, batches } = await setUp();
  await hints.mark(hint);
  const each = [{ ...hint }, { ...hint }, { ...hint }];
  expect(await hints.pushed(each)).toEqual(each);
  expect(batches).toEqual([['PUSHED#acme/a#e#3 connections']]);
});

it('no mark is read without hints', async () => {
  const { hints, batches } = await setUp();
  expect(await hints.pushed([])).toEqual([]);
  expect(batches).toEqual([]);
});

it.each([
  ['its mark', 'connections'],
  ['one of its messages', 'MESSAGE#e#0000000000000004'],
])('a hint is left to the stream if %s is throttled for 300 ms', async (_, throttled) => {
  const { hints, hint, state, clock } = await setUp();
  const start = clock.now();
  state.throttles = (sk) => sk === throttled;
  expect(await hints.read(hint)).toEqual([]);
  expect(clock.now() - start).toBeLessThanOrEqual(300);
});

it('a hint is read if it is throttled for a moment', async () => {
  const { hints, hint, state, appended } = await setUp();
  let attempts = 0;
  state.throttles = (sk) => sk === 'connections' && (attempts += 1) < 5;
  expect(await hints.read(hint)).toEqual(appended);
});

it('a mark that is throttled for 300 ms counts as missing, so that the stream pushes its messages', async () => {
  const { hints, hint, state, clock } = await setUp();
  await hints.mark(hint);
  const start = clock.now();
  state.throttles = (sk) => sk === 'connections';
  expect(await hints.pushed([hint])).toEqual([]);
  expect(clock.now() - start).toBeLessThanOrEqual(300);
});

it.each(['ThrottlingException', 'InternalServerError'])(
  'marks and messages count as missing if their reads fail with %s',
  async (name) => {
    const { hints, hint, dynamo } = await setUp();
    await hints.mark(hint);
    jest.spyOn(dynamo, 'call').mockRejectedValue(failure(name, 'slow', {}, name === 'InternalServerError' ? 500 : 400));
    expect(await hints.pushed([hint])).toEqual([]);
    expect(await hints.read(hint)).toEqual([]);
  },
);
