import { assert, integer, property } from 'fast-check';
import { instants, openLoop } from '../../../../tools/bench/isolation/open-loop';

test('as many are due as the rate says, evenly, from the start and before the end', () => {
  assert(
    property(integer({ min: 1, max: 2000 }), integer({ min: 1, max: 10 }), (perSecond, seconds) => {
      const due = instants(perSecond, seconds);
      expect(due.length).toBe(perSecond * seconds);
      expect(due[0]).toBe(0);
      expect(due.at(-1)).toBeCloseTo(seconds * 1000 - 1000 / perSecond);
    }),
  );
});

test('a server that stands still is asked all the same, and each request that it keeps waiting counts', async () => {
  let awake: () => void = () => undefined;
  const standstill = new Promise<void>((resolve) => {
    awake = resolve;
  });
  let asked = 0;
  // It answers none before the last has been asked: who waits for answers waits for ever.
  const latencies = await openLoop(100, 0.1, async () => {
    asked += 1;
    if (asked === 10) {
      awake();
    }
    await standstill;
  });
  expect(latencies.length).toBe(10);
  expect(latencies[0]).toBeGreaterThanOrEqual(90);
  expect([...latencies].sort((a, b) => b - a)).toEqual(latencies);
});

test('a request that fails ends the measurement', async () => {
  await expect(openLoop(100, 0.02, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});
