import { DynamoMessageLog } from '../../../lambda/adapters/message-log';
import { Table } from '../../../lambda/adapters/table';
import type { OperationCaller } from '../../../lambda/aws/json-client';
import { GROUP } from '../../../lambda/realtime/group-commit';
import { type Draft, type Hint, Unavailable } from '../../../lambda/realtime/ports';
import { Limit, type Message } from '../../../client/protocol';
import { ManualClock } from '../../support/memory/clock';
import { cancelled, failure, MemoryDynamoDB } from '../../support/memory/dynamodb';

const TOPIC = 'acme/room:1';
const PAUSE = 600;

interface Put {
  Put: { Item: Record<string, { S?: string; N?: string }> };
}

const lost = () => failure('InternalServerError', 'lost', {}, 500);

/** Creates processes that share a log, and counts their transactions. */
function setUp() {
  const clock = new ManualClock();
  const dynamo = new MemoryDynamoDB({ tables: ['log'], now: clock.now });
  const calls: string[] = [];
  const transactions: Put[][] = [];
  const faults: { error: Error; done: boolean }[] = [];
  /** Runs once, before the next transaction is performed. */
  const before: (() => Promise<unknown>)[] = [];
  const caller: OperationCaller = {
    async call<Answer>(operation: string, input: object) {
      calls.push(operation);
      if (operation === 'TransactWriteItems') {
        transactions.push((input as { TransactItems: Put[] }).TransactItems);
        await before.shift()?.();
        const fault = faults.shift();
        if (fault?.done) {
          await dynamo.call(operation, input);
        }
        if (fault) {
          throw fault.error;
        }
      }
      return dynamo.call<Answer>(operation, input);
    },
  };
  const sent: { hint: Hint; committed: boolean }[] = [];
  const hints = {
    async send(hint: Hint) {
      const sk = `MESSAGE#${hint.epoch}#${String(hint.last).padStart(16, '0')}`;
      sent.push({ hint, committed: dynamo.items('log').some((item) => item.sk === sk) });
    },
  };
  let epochs = 0;
  const table = new Table(caller, 'log', clock);
  const process = () =>
    new DynamoMessageLog({
      table,
      retentionSeconds: 3600,
      clock,
      newId: () => `epoch${(epochs += 1)}`,
      hinting: { hints, after: PAUSE },
    });
  return { clock, dynamo, table, calls, transactions, faults, before, sent, process, log: process() };
}

const draft = (id: string, data: Draft['data'] = id, subject = 'alice'): Draft => ({
  topic: TOPIC,
  id,
  data,
  publishedAt: '2026-01-01T00:00:00.000Z',
  subject,
});

const names = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);
const appendAll = (log: DynamoMessageLog, drafts: readonly Draft[]) =>
  Promise.all(drafts.map((each) => log.append(each)));
const sequencesOf = (results: readonly (Message | 'conflict')[]) =>
  results.map((each) => (each === 'conflict' ? each : each.sequence));
const keysOf = (transaction: readonly Put[]) => transaction.map(({ Put: { Item } }) => [Item.pk?.S, Item.sk?.S]);

it('100 concurrent appends take 7 transactions of at most 33 items, and a read of the head for each', async () => {
  const { log, calls, transactions } = setUp();
  const results = await appendAll(
    log,
    names(100).map((id) => draft(id)),
  );
  expect(sequencesOf(results)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  expect(transactions.map((items) => items.length)).toEqual([...Array.from({ length: 6 }, () => 33), 9]);
  expect(calls.filter((operation) => operation === 'GetItem')).toHaveLength(7);
  expect(calls).toHaveLength(14);
});

it('the head and the messages are in the partition of their topic, and each id in a partition of its own', async () => {
  const { log, transactions } = setUp();
  await appendAll(log, [draft('first'), draft('a'), draft('a', 'a', 'bob')]);
  expect(transactions.map(keysOf)).toEqual([
    [
      ['TOPIC#acme/room:1', 'HEAD'],
      ['TOPIC#acme/room:1', 'MESSAGE#epoch1#0000000000000001'],
      ['TOPIC#acme/room:1', 'MESSAGE#epoch1#0000000000000002'],
      ['TOPIC#acme/room:1', 'MESSAGE#epoch1#0000000000000003'],
      ['ID#acme/room:1#epoch1#alice#first', 'ID'],
      ['ID#acme/room:1#epoch1#alice#a', 'ID'],
      ['ID#acme/room:1#epoch1#bob#a', 'ID'],
    ],
  ]);
});

it.each([
  ['the largest messages', 'x'.repeat(Limit.DATA_BYTES - 2)],
  ['the smallest messages', 1],
])('a transaction of %s has at most 100 items and less than 4 MB', async (_, data) => {
  const { log, transactions } = setUp();
  await appendAll(
    log,
    names(60).map((id) => draft(id, data)),
  );
  for (const transaction of transactions) {
    expect(transaction.length).toBeLessThanOrEqual(2 * GROUP.count + 1);
    expect(Buffer.byteLength(JSON.stringify(transaction))).toBeLessThan(200_000);
  }
});

it('appends at once with used ids get their first results or a conflict, and the others are appended in order', async () => {
  const { log, transactions } = setUp();
  const first = await appendAll(log, [draft('used'), draft('other')]);
  const results = await appendAll(log, [
    draft('before'),
    draft('a'),
    { ...draft('used'), publishedAt: '2026-01-01T00:00:09.000Z' },
    draft('b'),
    draft('other', 'changed'),
    draft('used', 'used', 'bob'),
  ]);
  expect(results[2]).toEqual(first[0]);
  expect(sequencesOf(results)).toEqual([3, 4, 1, 5, 'conflict', 6]);
  expect(transactions.map((items) => items.length)).toEqual([5, 13, 9]);
});

it('one id in several appends at once is appended once, and an append with other data is a conflict', async () => {
  const { log } = setUp();
  const results = await appendAll(log, [draft('first'), draft('a'), draft('a'), draft('a', 'other'), draft('b')]);
  expect(sequencesOf(results)).toEqual([1, 2, 2, 'conflict', 3]);
});

it.each([0, 1, 2])(
  'no append of a group is lost or made twice if the response to transaction %i is lost, also if others join',
  async (at) => {
    const { log, faults, transactions } = setUp();
    const held = transactions.length;
    const drafts = names(20).map((id) => draft(id));
    for (let index = 0; index < at; index += 1) {
      await log.append(draft(`before${index}`));
    }
    faults.push({ error: lost(), done: true }, { error: lost(), done: true });
    const results = await appendAll(log, drafts);
    // The first group and its repeat, and the group of the others.
    expect(transactions.length).toBeGreaterThanOrEqual(held + 3);
    const { messages } = await log.read(TOPIC, 0, 100);
    expect(messages.map(({ id }) => id).slice(at)).toEqual(drafts.map(({ id }) => id));
    expect(results).toEqual(messages.slice(at));
  },
);

it('no append succeeds if its group was not written', async () => {
  const { log, faults, clock } = setUp();
  faults.push(...Array.from({ length: 100 }, () => ({ error: lost(), done: false })));
  const results = await Promise.allSettled(names(20).map((id) => log.append(draft(id))));
  expect(results).toEqual(results.map(() => ({ status: 'rejected', reason: new Unavailable() })));
  faults.length = 0;
  clock.advance(10_000);
  expect(await log.positions([TOPIC])).toEqual({ [TOPIC]: { epoch: '', sequence: 0 } });
});

it('a draft that DynamoDB refuses fails alone, and the others of its group are appended', async () => {
  const { log, table } = setUp();
  await log.append(draft('first'));
  const refused = failure('ValidationException', 'Item size has exceeded the maximum allowed size');
  const transact = table.transact.bind(table);
  jest.spyOn(table, 'transact').mockImplementation((writes, token) => {
    if (JSON.stringify(writes).includes('poison')) {
      throw refused;
    }
    return transact(writes, token);
  });
  const results = await Promise.allSettled(['a', 'b', 'poison', 'c'].map((id) => log.append(draft(id))));
  expect(results.map((each) => (each.status === 'fulfilled' ? (each.value as Message).sequence : each.reason))).toEqual(
    [2, 3, refused, 4],
  );
});

it('appends of two processes are numbered without a gap, and the ids of one are known to the other', async () => {
  const { process, log } = setUp();
  const other = process();
  const drafts = names(40).map((id) => draft(id));
  const [one, two] = await Promise.all([appendAll(log, drafts), appendAll(other, [...drafts].reverse())]);
  expect([...two].reverse()).toEqual(one);
  expect(sequencesOf(one).sort((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: 40 }, (_, index) => index + 1),
  );
});

describe('a hint', () => {
  it('is sent for the messages that follow a pause, after their commit, and is written into each of them', async () => {
    const { log, sent, clock, faults, dynamo } = setUp();
    await log.append(draft('first'));
    clock.advance(PAUSE + 1);
    faults.push({ error: cancelled([{ Code: 'TransactionConflict' }]), done: false });
    await appendAll(log, [draft('a'), draft('b'), draft('c')]);
    await log.append(draft('without a pause'));
    expect(sent).toEqual([
      { hint: { topic: TOPIC, epoch: 'epoch1', first: 1, last: 1 }, committed: true },
      { hint: { topic: TOPIC, epoch: 'epoch1', first: 2, last: 4 }, committed: true },
    ]);
    const hinted = dynamo.items('log').filter(({ sk }) => String(sk).startsWith('MESSAGE#'));
    expect(hinted.map(({ sequence, hintFirst, hintLast }) => [sequence, hintFirst, hintLast])).toEqual([
      [1, 1, 1],
      [2, 2, 4],
      [3, 2, 4],
      [4, 2, 4],
      [5, undefined, undefined],
    ]);
  });

  it('is not sent for messages after a pause of 600 ms or less', async () => {
    const { log, sent, clock } = setUp();
    await log.append(draft('first'));
    for (const pause of [0, 1, PAUSE - 1, PAUSE]) {
      clock.advance(pause);
      await log.append(draft(`after ${pause}`));
    }
    expect(sent).toHaveLength(1);
  });

  it('is not sent for a used id or a conflict', async () => {
    const { log, sent, clock } = setUp();
    await log.append(draft('first'));
    clock.advance(PAUSE + 1);
    await log.append(draft('first'));
    await log.append(draft('first', 'other'));
    expect(sent).toHaveLength(1);
  });

  it('is not sent if another process has appended since the head was read', async () => {
    const { log, process, sent, clock, before } = setUp();
    await log.append(draft('first'));
    clock.advance(PAUSE + 1);
    const other = process();
    before.push(() => other.append(draft('of another process')));
    expect(await log.append(draft('a'))).toMatchObject({ sequence: 3 });
    expect(sent.map(({ hint }) => hint.first)).toEqual([1, 2]);
  });

  it('is not sent if the response to its transaction is lost, so that the stream pushes its messages', async () => {
    const { log, sent, faults } = setUp();
    faults.push({ error: lost(), done: true });
    expect(await log.append(draft('a'))).toMatchObject({ sequence: 1 });
    expect(sent).toEqual([]);
  });
});

describe('a prepared head', () => {
  it('saves the append a read', async () => {
    const { log, calls } = setUp();
    log.prepare(TOPIC);
    await log.append(draft('a'));
    expect(calls).toEqual(['GetItem', 'TransactWriteItems']);
  });

  it('is not read while appends are waiting', async () => {
    const { log, calls } = setUp();
    const first = log.append(draft('a'));
    log.prepare(TOPIC);
    await first;
    expect(calls).toEqual(['GetItem', 'TransactWriteItems']);
  });

  it('that cannot be read delays the append by a retry', async () => {
    const { log, dynamo } = setUp();
    jest.spyOn(dynamo, 'call').mockRejectedValueOnce(failure('ThrottlingException', 'slow', {}, 400));
    log.prepare(TOPIC);
    expect(await log.append(draft('a'))).toMatchObject({ sequence: 1 });
  });

  it('that another process has changed is read again', async () => {
    const { log, process } = setUp();
    log.prepare(TOPIC);
    await process().append(draft('of another process'));
    expect(await log.append(draft('a'))).toMatchObject({ sequence: 2 });
  });
});
