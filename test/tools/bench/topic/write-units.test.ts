import { unitsInTransaction, WriteUnits } from '../../../../tools/bench/topic/write-units';

it('a partition key has 1,000 write units a second', () => {
  let now = 0;
  const units = new WriteUnits(() => now);
  let taken = 0;
  for (; now < 10_000; now++) {
    taken += units.take('a', 34) ? 34 : 0;
  }
  // Those of the first second were there at the beginning.
  expect(taken / 11).toBeGreaterThan(990);
  expect(taken / 11).toBeLessThanOrEqual(1004);
});

it('a request is admitted while units are left, and takes none otherwise', () => {
  let now = 0;
  const units = new WriteUnits(() => now);
  expect(units.take('a', 1050)).toBe(true);
  expect(units.take('a', 1)).toBe(false);
  expect(units.take('b', 1)).toBe(true);
  now = 50;
  expect(units.take('a', 1)).toBe(false);
  now = 51;
  expect(units.take('a', 1)).toBe(true);
});

it('unused units of more than a second expire', () => {
  let now = 0;
  const units = new WriteUnits(() => now);
  units.take('a', 1);
  now = 60_000;
  expect(units.take('a', 1000)).toBe(true);
  expect(units.take('a', 1)).toBe(false);
});

it('an item of a transaction takes two units for each KiB', () => {
  expect(unitsInTransaction({ pk: { S: 'x' } })).toBe(2);
  expect(unitsInTransaction({ data: { S: 'x'.repeat(1020) } })).toBe(2);
  expect(unitsInTransaction({ data: { S: 'x'.repeat(1021) } })).toBe(4);
});
