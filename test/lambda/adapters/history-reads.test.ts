import { DynamoMessageLog } from '../../../lambda/adapters/message-log';
import { Table } from '../../../lambda/adapters/table';
import type { OperationCaller } from '../../../lambda/aws/json-client';
import { Limit } from '../../../client/protocol';
import { ManualClock } from '../../support/memory/clock';
import { MemoryDynamoDB } from '../../support/memory/dynamodb';

const TOPIC = 'acme/room:1';
const RETENTION_SECONDS = 3600;

/** Creates a log on a table, and a reader of the same log, which counts its calls and can be kept from seeing an item. */
function setUp() {
  const clock = new ManualClock();
  const dynamo = new MemoryDynamoDB({ tables: ['log'] });
  const table = new Table(dynamo, 'log', clock);
  const calls: string[] = [];
  let ids = 0;
  let hidden: { sk: string; until: number } = { sk: '', until: 0 };
  const counting: OperationCaller = {
    call: async <Answer>(operation: string, input: object) => {
      calls.push(operation);
      const answer = await dynamo.call<{ Item?: Row; Items?: Row[] }>(operation, input);
      const isHidden = (row: Row) => row.sk?.S === hidden.sk && clock.now() < hidden.until;
      if (answer.Item && isHidden(answer.Item)) {
        return {} as Answer;
      }
      return { ...answer, ...(answer.Items && { Items: answer.Items.filter((row) => !isHidden(row)) }) } as Answer;
    },
  };
  const logOn = (caller: OperationCaller) =>
    new DynamoMessageLog({
      table: new Table(caller, 'log', clock),
      retentionSeconds: RETENTION_SECONDS,
      clock,
      newId: () => 'epoch',
    });
  const [writer, reader] = [logOn(dynamo), logOn(counting)];
  return {
    clock,
    table,
    calls,
    reader,
    async append(count: number, data = 'x') {
      for (let index = 0; index < count; index++) {
        ids += 1;
        await writer.append({
          topic: TOPIC,
          id: `m${ids}`,
          data,
          publishedAt: '2026-01-01T00:00:00.000Z',
          subject: '',
        });
      }
    },
    /** Hides a message from reads for some milliseconds, as a transaction whose writes become visible one by one. */
    hide(sequence: number, milliseconds: number) {
      hidden = { sk: `MESSAGE#epoch#${String(sequence).padStart(16, '0')}`, until: clock.now() + milliseconds };
    },
  };
}

type Row = Record<string, { S?: string } | undefined>;

it('a read of a page makes two calls, without a wait', async () => {
  const { reader, calls, append, clock } = setUp();
  await append(150);
  // So many appends at one moment wait for write units.
  const begun = clock.now();
  expect(await reader.read(TOPIC, 10, 100)).toMatchObject({ recovered: true, messages: { length: 100 } });
  expect(calls).toEqual(['GetItem', 'Query']);
  expect(clock.now()).toBe(begun);
});

it.each([1, 100])(
  'a read of %d messages behind 2,000 expired ones makes at most 15 calls, and returns the oldest that are kept',
  async (limit) => {
    const { reader, calls, append, clock } = setUp();
    await append(2000);
    clock.advance(RETENTION_SECONDS * 1000);
    await append(3);
    const page = await reader.read(TOPIC, 0, limit);
    expect(page).toMatchObject({ sequence: 2003, recovered: false });
    expect(page.messages.map(({ sequence }) => sequence)).toEqual([2001, 2002, 2003].slice(0, limit));
    expect(calls.length).toBeLessThanOrEqual(15);
    expect(calls.filter((operation) => operation === 'Query')).toHaveLength(2);
  },
);

it('a read of a topic whose 2,000 messages have all expired makes three calls', async () => {
  const { reader, calls, append, clock } = setUp();
  await append(2000);
  clock.advance(RETENTION_SECONDS * 1000);
  expect(await reader.read(TOPIC, 0, 1)).toMatchObject({ sequence: 2000, recovered: false, messages: [] });
  expect(calls).toEqual(['GetItem', 'Query', 'GetItem']);
});

it('each call for messages counts as at least 4 KB, so that reads behind expired messages are not free', async () => {
  const { reader, calls, append, clock } = setUp();
  await append(2000);
  clock.advance(RETENTION_SECONDS * 1000);
  await append(3);
  const { bytesRead } = await reader.read(TOPIC, 0, 1);
  expect(bytesRead).toBe(4096 * (calls.length - ['the head'].length));
  expect(bytesRead).toBeGreaterThan(32 * 1024);
});

it('a read of a restored log makes at most 15 calls behind 2,000 messages of the previous epoch', async () => {
  const { reader, calls, append, table } = setUp();
  await append(2000);
  await table.put({ pk: `TOPIC#${TOPIC}`, sk: 'HEAD', epoch: 'restored', lastSequence: 2000 });
  await append(2, 'restored');
  const page = await reader.read(TOPIC, 0, 1);
  expect(page).toMatchObject({ epoch: 'restored', sequence: 2002, recovered: false, messages: [{ sequence: 2001 }] });
  expect(calls.length).toBeLessThanOrEqual(15);
});

it('a read of a restored log whose head is below earlier messages returns only those of the new epoch', async () => {
  const { reader, append, table } = setUp();
  await append(20);
  await table.put({ pk: `TOPIC#${TOPIC}`, sk: 'HEAD', epoch: 'restored', lastSequence: 5 });
  await append(1, 'restored');
  const page = await reader.read(TOPIC, 5, 100);
  expect(page).toMatchObject({ epoch: 'restored', sequence: 6, recovered: true, messages: [{ data: 'restored' }] });
});

it('a read of one position makes one call', async () => {
  const { reader, calls, append } = setUp();
  await append(10);
  await reader.positions([TOPIC]);
  await reader.positions([TOPIC], { eventual: true });
  expect(calls).toEqual(['BatchGetItem', 'BatchGetItem']);
});

it('a read of large messages takes at most 1 MB, in one query', async () => {
  const { reader, calls, append } = setUp();
  await append(100, 'x'.repeat(Limit.DATA_BYTES - 2));
  const page = await reader.read(TOPIC, 0, 100);
  expect(page.messages).toHaveLength(12);
  expect(page.bytesRead).toBeLessThanOrEqual(1024 * 1024);
  expect(calls).toEqual(['GetItem', 'Query']);
});

it('a message whose transaction becomes visible after the head is returned, not reported as lost', async () => {
  const { reader, append, hide } = setUp();
  await append(5);
  hide(5, 40);
  expect(await reader.read(TOPIC, 4, 100)).toMatchObject({ recovered: true, messages: [{ sequence: 5 }] });
});

it('a message that becomes visible after later ones is returned, not reported as lost', async () => {
  const { reader, append, hide } = setUp();
  await append(9);
  hide(5, 40);
  const page = await reader.read(TOPIC, 4, 100);
  expect(page.recovered).toBe(true);
  expect(page.messages.map(({ sequence }) => sequence)).toEqual([5, 6, 7, 8, 9]);
});

it('a page ends before a message that is not visible yet', async () => {
  const { reader, append, hide } = setUp();
  await append(9);
  hide(5, 40);
  const page = await reader.read(TOPIC, 2, 100);
  expect(page).toMatchObject({ sequence: 9, recovered: true });
  expect(page.messages.map(({ sequence }) => sequence)).toEqual([3, 4]);
});

it('a message that stays invisible is reported as lost after less than 100 ms', async () => {
  const { reader, append, hide, clock } = setUp();
  await append(5);
  hide(5, 60_000);
  const start = clock.now();
  expect(await reader.read(TOPIC, 4, 100)).toMatchObject({ recovered: false, sequence: 5, messages: [] });
  expect(clock.now() - start).toBeLessThan(100);
});
