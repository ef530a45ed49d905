import { billsOf } from '../../../tools/cost/tables/variant-bill';
import { breakEvenTable, cheaperFrom } from '../../../tools/cost/tables/break-even';
import { variantStages } from './variant-stages';

const bills = billsOf(variantStages());

test.each([0, 1 / 60, 1])('servers cost less from the number of connections of the table, with rate %s', (rate) => {
  const least = cheaperFrom(bills, rate) as number;
  const difference = (connections: number) =>
    bills({ entry: 'servers', gateway: 'none' }, { connections, rate }).usd -
    bills({ entry: 'apiGateway', gateway: 'none' }, { connections, rate }).usd;
  expect(difference(least)).toBeLessThan(0);
  expect(difference(least - 1)).toBeGreaterThanOrEqual(0);
  for (const factor of [2, 10, 100, 1000]) {
    expect(difference(Math.ceil(least / factor))).toBeGreaterThan(0);
    expect(difference(least * factor)).toBeLessThan(0);
  }
});

test('the table of the choice says never if servers never cost less', () => {
  const never = (): ReturnType<typeof bills> => bills({ entry: 'servers', gateway: 'none' }, { connections: 1 });
  expect(breakEvenTable(never)).toContain('| never ');
});
