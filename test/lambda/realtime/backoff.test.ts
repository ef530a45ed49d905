import fc from 'fast-check';
import { backoffDelay, untilDeadline } from '../../../lambda/realtime/backoff';
import { ManualClock } from '../../support/memory/clock';

const backoff = { base: 100, cap: 2000 };
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

it('waits at most twice as long each time, up to the cap', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), random, (attempt, chance) => {
      const delay = backoffDelay(attempt, backoff, chance);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(Math.min(backoff.cap, backoff.base * 2 ** (attempt - 1)));
    }),
  );
});

it('uses the whole of that time', () => {
  expect(backoffDelay(3, backoff, 0.5)).toBe(200);
  expect(backoffDelay(3, backoff, 0.99)).toBeCloseTo(396);
});

it('tries until there is an answer', async () => {
  const clock = new ManualClock(0, () => 0.5);
  const answers = ['busy', 'busy', 'done'] as const;
  let attempts = 0;
  const attempt = async () => answers[attempts++] ?? 'too often';
  expect(await untilDeadline(attempt, { clock, deadline: 10_000, backoff })).toBe('done');
  expect(clock.waits).toEqual([50, 100]);
});

it('never waits past the deadline, and always tries once', async () => {
  await fc.assert(
    fc.asyncProperty(random, fc.integer({ min: -1000, max: 20_000 }), async (chance, deadline) => {
      // A clock that stood still would be waited for without end.
      const clock = new ManualClock(0, () => Math.max(chance, 0.01));
      let attempts = 0;
      const attempt = async () => {
        attempts += 1;
        return 'busy' as const;
      };
      expect(await untilDeadline(attempt, { clock, deadline, backoff })).toBe('busy');
      expect(attempts).toBe(clock.waits.length + 1);
      expect(clock.now()).toBeLessThanOrEqual(Math.max(deadline, 0));
    }),
  );
});

it('lets an error through', async () => {
  const attempt = async () => {
    throw new Error('broken');
  };
  await expect(untilDeadline(attempt, { clock: new ManualClock(), deadline: Infinity, backoff })).rejects.toThrow(
    'broken',
  );
});
