import { takeFrom } from '../../../lambda/adapters/bucket';
import { ManualClock } from '../../support/memory/clock';
import { asTable, MemoryTable } from '../../support/memory/table';

const KEY = { pk: 'SUBJECT#a/b', sk: 'ALLOWANCE' };

test('who waited long for a slow table is not refused for what others took meanwhile', async () => {
  const clock = new ManualClock();
  const bucket = { allowance: { perSecond: 100, burst: 200 }, clock };
  const table = asTable(new MemoryTable());
  const slow = asTable(new MemoryTable());
  jest.spyOn(slow, 'update').mockImplementation((...args) => table.update(...args));
  jest.spyOn(slow, 'update').mockImplementationOnce(async (...args) => {
    clock.advance(5_000);
    expect(await takeFrom(table, KEY, bucket)).toHaveProperty('taken');
    return table.update(...args);
  });
  expect(await takeFrom(slow, KEY, bucket)).toHaveProperty('taken');
});
