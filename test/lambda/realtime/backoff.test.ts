import fc from 'fast-check';
import { backoffDelay } from '../../../client/backoff';
import { untilDeadline } from '../../../lambda/realtime/backoff';
import { ManualClock } from '../../support/memory/clock';

const backoff = { base: 100, cap: 2000 };
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

it('the maximum delay doubles with each attempt, up to the cap', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), random, (attempt, chance) => {
      const delay = backoffDelay(attempt, backoff, chance);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(Math.min(backoff.cap, backoff.base * 2 ** (attempt - 1)));
    }),
  );
});

it('delays are spread from 0 to the maximum delay', () => {
  expect(backoffDelay(3, backoff, 0.5)).toBe(200);
  expect(backoffDelay(3, backoff, 0.99)).toBeCloseTo(396);
});

it('untilDeadline() repeats the attempt until it is not busy', async () => {
  const clock = new ManualClock(0, () => 0.5);
  const answers = ['busy', 'busy', 'done'] as const;
  let attempts = 0;
  const attempt = async () => answers[attempts++] ?? 'one attempt too many';
  expect(await untilDeadline(attempt, { clock, deadline: 10_000, backoff })).toBe('done');
  expect(clock.waits).toEqual([50, 100]);
});

it('untilDeadline() never waits past the deadline, and makes at least one attempt', async () => {
  await fc.assert(
    fc.asyncProperty(random, fc.integer({ min: -1000, max: 20_000 }), async (chance, deadline) => {
      // With a random value of 0, time would not advance and the loop would not end.
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

it('untilDeadline() throws the error of an attempt', async () => {
  const attempt = async () => {
    throw new Error('broken');
  };
  await expect(untilDeadline(attempt, { clock: new ManualClock(), deadline: Infinity, backoff })).rejects.toThrow(
    'broken',
  );
});
