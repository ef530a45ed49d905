import { takeFrom } from '../../../lambda/adapters/token-bucket';
import { Table } from '../../../lambda/adapters/table';
import { ManualClock } from '../../support/memory/clock';
import { MemoryDynamoDB } from '../../support/memory/dynamodb';

const KEY = { pk: 'SUBJECT#a/b', sk: 'RATE_LIMIT' };

test('a request that was delayed by a slow table is not refused because of later requests', async () => {
  const clock = new ManualClock();
  const bucket = { rateLimit: { perSecond: 100, burst: 200 }, clock };
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
