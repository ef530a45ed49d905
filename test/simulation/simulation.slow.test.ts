import { Faults } from './faults';
import { simulate } from './simulation';

test('a seed decides all that happens', async () => {
  const [once, again] = [await simulate(12), await simulate(12)];
  expect(once.events.length).toBeGreaterThan(10);
  expect(again).toEqual(once);
});

test('everything goes wrong somewhere', async () => {
  const struck = new Set<string>();
  for (let seed = 0; seed < 60; seed += 1) {
    for (const fault of (await simulate(seed)).faults.keys()) {
      struck.add(fault);
    }
  }
  expect(Faults.KINDS.filter((kind) => !struck.has(kind))).toEqual([]);
}, 120_000);
