import { pausedShareOf } from '../../../../tools/bench/isolation/processor-pauses';

/** @param waits - actual durations of the first rests of a millisecond; later rests are exact */
function measured(waits: readonly number[], seconds: number): number {
  let now = 500;
  const left = [...waits];
  return pausedShareOf(
    seconds,
    () => now,
    (milliseconds) => {
      now += left.shift() ?? milliseconds;
    },
  );
}

test('a thread that always wakes up on time measures no pause', () => {
  expect(measured([], 1)).toBe(0);
  expect(measured([1.5, 2.9, 3], 1)).toBe(0);
});

test('the delay of a late wake-up counts as a pause', () => {
  expect(measured([101], 1)).toBeCloseTo(0.1);
  expect(measured([21, 1, 31], 1)).toBeCloseTo(0.05);
});

test('a pause at the end of the measurement counts in full', () => {
  expect(measured([...Array(99).fill(1), 101], 0.1)).toBeCloseTo(0.5);
});
