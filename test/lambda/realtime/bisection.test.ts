import fc from 'fast-check';
import { firstAfter } from '../../../lambda/realtime/bisection';

/** Makes the search for the first number from `first` on. @returns the result and the number of tests */
async function search(low: number, high: number, first: number) {
  let tests = 0;
  const found = await firstAfter(low, high, async (number) => {
    tests += 1;
    expect(number > low && number <= high).toBe(true);
    return number >= first;
  });
  return { found, tests };
}

it('the bisection finds the first number that passes, in the logarithm of their count', async () => {
  const safe = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(safe, { minLength: 3, maxLength: 3 }), async (numbers) => {
      const [low = 0, first = 0, high = 0] = numbers.toSorted((a, b) => a - b);
      const { found, tests } = await search(low, high, first);
      expect(found).toBe(first);
      expect(tests).toBeLessThanOrEqual(Math.ceil(Math.log2(high - low)) + 1);
    }),
  );
});

it('the bisection makes at most 54 tests among all safe integers', async () => {
  expect((await search(0, Number.MAX_SAFE_INTEGER, 1)).tests).toBeLessThanOrEqual(54);
});

it('the bisection makes one test if no number passes, or if there is only one', async () => {
  expect(await search(7, 1000, 1001)).toEqual({ found: undefined, tests: 1 });
  expect(await search(7, 8, 8)).toEqual({ found: 8, tests: 1 });
});
