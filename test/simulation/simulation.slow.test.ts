import { Faults } from './faults';
import { simulate } from './simulation';

test.each([
  ['an API Gateway API', 12],
  ['servers of the lane', 28],
])('two runs with the same seed are identical, with %s', async (_, seed) => {
  const [once, again] = [await simulate(seed), await simulate(seed)];
  expect(once.events.length).toBeGreaterThan(10);
  expect(again).toEqual(once);
});

test('every kind of fault occurs in the first 60 runs', async () => {
  const struck = new Set<string>();
  for (let seed = 0; seed < 60 && struck.size < Faults.KINDS.length; seed += 1) {
    for (const fault of (await simulate(seed)).faults.keys()) {
      struck.add(fault);
    }
  }
  expect(Faults.KINDS.filter((kind) => !struck.has(kind))).toEqual([]);
}, 120_000);
