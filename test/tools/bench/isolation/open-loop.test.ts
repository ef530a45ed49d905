import { assert, integer, property } from 'fast-check';
import { instants, openLoop } from '../../../../tools/bench/isolation/open-loop';

test('the open loop schedules requests evenly at the given rate, from the start to before the end', () => {
  assert(
    property(integer({ min: 1, max: 2000 }), integer({ min: 1, max: 10 }), (perSecond, seconds) => {
      const due = instants(perSecond, seconds);
      expect(due.length).toBe(perSecond * seconds);
      expect(due[0]).toBe(0);
      expect(due.at(-1)).toBeCloseTo(seconds * 1000 - 1000 / perSecond);
    }),
  );
});

test('the open loop sends requests to a blocked server, and counts the wait of each', async () => {
  let unblock: () => void = () => undefined;
  const blocked = new Promise<void>((resolve) => {
    unblock = resolve;
  });
  let requests = 0;
  // It answers no request before the last one is sent, so a client that waits for responses would never finish.
  const latencies = await openLoop(100, 0.1, async () => {
    requests += 1;
    if (requests === 10) {
      unblock();
    }
    await blocked;
  });
  expect(latencies.length).toBe(10);
  expect(latencies[0]).toBeGreaterThanOrEqual(90);
  expect([...latencies].sort((a, b) => b - a)).toEqual(latencies);
});

test('the open loop rejects if a request fails', async () => {
  await expect(openLoop(100, 0.02, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});
