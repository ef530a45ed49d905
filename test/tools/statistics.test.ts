import { array, assert, double, integer, property } from 'fast-check';
import { percentile } from '../../tools/statistics';

const milliseconds = double({ min: 0, max: 1e6, noNaN: true });

test('p99 of a hundred values is the last but one, and of fewer the largest', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(percentile(hundred.reverse(), 0.99)).toBe(99);
  expect(percentile([3, 1, 2], 0.99)).toBe(3);
  expect(percentile([3, 1, 2], 0.5)).toBe(2);
});

test('at least the share of the values is not larger, and no smaller value has as many', () => {
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

test('nothing has no percentile', () => {
  expect(percentile([], 0.99)).toBeNaN();
});
