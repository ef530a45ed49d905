import { FAST, PUBLISHED } from '../../../../tools/bench/topic/latencies';
import { Cost } from '../../../../tools/scale/facts';

it('the published latencies contain the measured transactions of 5 and 25 items', () => {
  expect(PUBLISHED.transaction(5, 0.5)).toBeCloseTo(25.3);
  expect(PUBLISHED.transaction(25, 0.5)).toBeCloseTo(32.1);
  expect(PUBLISHED.transaction(25, 0.99)).toBeCloseTo(97.5);
  expect(PUBLISHED.transaction(33, 0.5)).toBeCloseTo(34.8, 1);
});

it('the scale model has the same time for a further item of a transaction', () => {
  const item = PUBLISHED.transaction(6, 0.5) - PUBLISHED.transaction(5, 0.5);
  expect(item).toBeCloseTo(1000 * Cost.transactionItemSeconds.value);
});

it('the assumed latencies have medians of 5 ms, and of 10 ms for three items', () => {
  expect(FAST.read(0.5)).toBeCloseTo(5);
  expect(FAST.write(0.5)).toBeCloseTo(5);
  expect(FAST.transaction(3, 0.5)).toBeCloseTo(10);
  expect(FAST.transaction(33, 0.5)).toBeCloseTo(20.2);
});
