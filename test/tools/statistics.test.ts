import { array, assert, double, integer, property } from 'fast-check';
import { percentile } from '../../tools/statistics';

const milliseconds = double({ min: 0, max: 1e6, noNaN: true });

test('the p99 of a hundred values is the second largest, and of fewer values the largest', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(percentile(hundred.reverse(), 0.99)).toBe(99);
  expect(percentile([3, 1, 2], 0.99)).toBe(3);
  expect(percentile([3, 1, 2], 0.5)).toBe(2);
});

test('a percentile is the smallest value that at least the given share of the values does not exceed', () => {
  assert(
    property(array(milliseconds, { minLength: 1 }), integer({ min: 1, max: 100 }), (values, percent) => {
      const found = percentile(values, percent / 100);
      const needed = Math.ceil((percent / 100) * values.length);
      expect(values).toContain(found);
      expect(values.filter((value) => value <= found).length).toBeGreaterThanOrEqual(needed);
      expect(values.filter((value) => value < found).length).toBeLessThan(needed);
    }),
  );
});

test('the percentile of no values is NaN', () => {
  expect(percentile([], 0.99)).toBeNaN();
});
