import { takeFrom } from '../../../lambda/adapters/token-bucket';
import { Table } from '../../../lambda/adapters/table';
import { ManualClock } from '../../support/memory/clock';
import { MemoryDynamoDB } from '../../support/memory/dynamodb';

const KEY = { pk: 'RATE_LIMIT#a/b', sk: 'RATE_LIMIT' };

test('a request that was delayed by a slow table is not refused because of later requests', async () => {
  const clock = new ManualClock();
  const bucket = { rateLimit: { perSecond: 100, burst: 200 }, request: {}, clock };
  const dynamo = new MemoryDynamoDB({ tables: ['admission'] });
  const table = new Table(dynamo, 'admission', clock);
  const slow = new Table(dynamo, 'admission', clock);
  const { update } = slow;
  jest.spyOn(slow, 'update').mockImplementationOnce(async (...args) => {
    clock.advance(5_000);
    expect(await takeFrom(table, KEY, bucket)).toHaveProperty('taken');
    return update.apply(slow, args);
  });
  expect(await takeFrom(slow, KEY, bucket)).toHaveProperty('taken');
});

test.each([
  ['if the bucket is full', 0, 1],
  ['if the bucket is not full', 1, 2],
  ['if the request is refused and counted', 3, 2],
  ['if the bucket cannot owe more', 5, 1],
])('a request needs few writes: %s', async (_, earlier, writes) => {
  const clock = new ManualClock();
  const bucket = { rateLimit: { perSecond: 1, burst: 3 }, request: { debt: 2 }, clock };
  const table = new Table(new MemoryDynamoDB({ tables: ['admission'] }), 'admission', clock);
  for (let count = 0; count < earlier; count += 1) {
    await takeFrom(table, KEY, bucket);
  }
  const update = jest.spyOn(table, 'update');
  await takeFrom(table, KEY, bucket);
  expect(update).toHaveBeenCalledTimes(writes);
});

test('no request is counted in an item that the condition rejects', async () => {
  const clock = new ManualClock();
  const table = new Table(new MemoryDynamoDB({ tables: ['admission'] }), 'admission', clock);
  const open = { rateLimit: { perSecond: 1, burst: 3 }, request: {}, clock };
  const closed = { ...open, condition: { expression: 'expiresAt > :now', values: { ':now': 1 } } };
  expect(await takeFrom(table, KEY, closed)).toEqual({ rejected: undefined });
  await takeFrom(table, KEY, open);
  const item = await table.get(KEY);
  expect(await takeFrom(table, KEY, closed)).toEqual({ rejected: item });
  expect(await table.get(KEY)).toEqual(item);
});
