import { standstill } from '../../../../tools/bench/isolation/standstill';

/** @param waits - what a rest of a millisecond took, one after the other; then as asked */
function watched(waits: readonly number[], seconds: number): number {
  let now = 500;
  const left = [...waits];
  return standstill(
    seconds,
    () => now,
    (milliseconds) => {
      now += left.shift() ?? milliseconds;
    },
  );
}

test('a thread that is woken in time saw no standstill', () => {
  expect(watched([], 1)).toBe(0);
  expect(watched([1.5, 2.9, 3], 1)).toBe(0);
});

test('what it was late is the time in which nothing ran', () => {
  expect(watched([101], 1)).toBeCloseTo(0.1);
  expect(watched([21, 1, 31], 1)).toBeCloseTo(0.05);
});

test('a standstill at the end counts whole', () => {
  expect(watched([...Array(99).fill(1), 101], 0.1)).toBeCloseTo(0.5);
});
