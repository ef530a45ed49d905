import { ASSUMED, PUBLISHED, valueAt } from '../../../../tools/bench/topic/latencies';

it('a value between two quantiles is on the straight line between them', () => {
  const quantiles = [
    [0, 10],
    [0.5, 20],
    [1, 60],
  ] as const;
  expect([0, 0.25, 0.5, 0.75, 1].map((share) => valueAt(quantiles, share))).toEqual([10, 15, 20, 40, 60]);
});

it('the published latencies contain the measured transactions of 5 and 25 items', () => {
  expect(PUBLISHED.transaction(5, 0.5)).toBeCloseTo(25.3);
  expect(PUBLISHED.transaction(25, 0.5)).toBeCloseTo(32.1);
  expect(PUBLISHED.transaction(25, 0.99)).toBeCloseTo(97.5);
  expect(PUBLISHED.transaction(33, 0.5)).toBeCloseTo(34.8, 1);
});

it('the latencies of the scale model have medians of 5 ms, and of 10 ms for three items', () => {
  expect(ASSUMED.read(0.5)).toBeCloseTo(5);
  expect(ASSUMED.write(0.5)).toBeCloseTo(5);
  expect(ASSUMED.transaction(3, 0.5)).toBeCloseTo(10);
  expect(ASSUMED.transaction(33, 0.5)).toBeCloseTo(20.2);
});
