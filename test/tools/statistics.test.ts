import { array, assert, double, integer, property } from 'fast-check';
import { hodgesLehmann, percentile, poissonTimes } from '../../tools/statistics';

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

describe('the Hodges-Lehmann estimate', () => {
  it('is the median of the means of all pairs', () => {
    // Means: 1, 1.5, 2, 4.5, 5, 8 of the values 1, 2, 8.
    expect(hodgesLehmann([8, 1, 2]).estimate).toBe(3.25);
    expect(hodgesLehmann([1, 2, 3, 4, 1000]).estimate).toBe(3);
  });

  it('has the interval of the exact signed-rank test', () => {
    const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
    // Of 5 values, a sum of 0 has the probability 1/32, and one of at most 1 has 2/32, which is over 0.05: the least and largest mean.
    expect(hodgesLehmann([1, 2, 4, 8, 16])).toEqual({ estimate: 5, low: 1, high: 16 });
    // The tables have the critical value 3 for 7 values, one-sided at 0.05: the fourth of 28 means from either side.
    expect(hodgesLehmann(upTo(7))).toEqual({ estimate: 4, low: 2, high: 6 });
    // And 30 for 15 values: the 31st of 120 means.
    const means = upTo(15)
      .flatMap((value) => upTo(15).flatMap((other) => (other >= value ? [(value + other) / 2] : [])))
      .sort((a, b) => a - b);
    expect(hodgesLehmann(upTo(15))).toEqual({ estimate: 8, low: means[30], high: means[89] });
  });

  it('has no bounds with too few values', () => {
    expect(hodgesLehmann([1, 2, 3, 4])).toEqual({ estimate: 2.5, low: -Infinity, high: Infinity });
    expect(hodgesLehmann([])).toEqual({ estimate: Number.NaN, low: -Infinity, high: Infinity });
  });

  it('moves with the values', () => {
    assert(
      property(array(integer({ min: -1000, max: 1000 }), { minLength: 5, maxLength: 25 }), (values) => {
        const { estimate, low, high } = hodgesLehmann(values);
        const moved = hodgesLehmann(values.map((value) => value + 7));
        expect([low <= estimate, estimate <= high]).toEqual([true, true]);
        expect(moved).toEqual({ estimate: estimate + 7, low: low + 7, high: high + 7 });
      }),
    );
  });
});

describe('Poisson times', () => {
  it('have exponential gaps', () => {
    // 1 - e^-1 gives a gap of exactly the mean.
    const mean = 1 - Math.exp(-1);
    expect(poissonTimes(10, 0.35, () => mean).map(Math.round)).toEqual([100, 200, 300]);
  });

  it('have the given rate on average', () => {
    // A sequence that covers the range from 0 to 1 evenly.
    let turn = 0;
    const golden = () => (turn = (turn + 0.6180339887) % 1);
    const { length } = poissonTimes(50, 100, golden);
    expect(length / 5000).toBeCloseTo(1, 1);
  });
});
