import fc from 'fast-check';
import {
  FULL_SHARD,
  MOST_SHARDS,
  placeIn,
  renewed,
  resized,
  type ShardPlan,
  SUBSCRIPTION_LIFETIME,
  sampleOf,
  shardsOf,
} from '../../../lambda/realtime/sharding';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const NOW = Date.parse('2026-01-01T00:00:00Z');
const numbersOf = (plan: ShardPlan | undefined, now: number) => shardsOf('t', plan, now).map(({ number }) => number);
const newestCount = (plan: ShardPlan | undefined) => plan?.generations.at(-1)?.count;

/** State of a topic: its plan, earlier plans that are still in use, and the rows of subscriptions. */
interface State {
  now: number;
  plan?: ShardPlan;
  /** Plans that subscribers have read and will use to write a row, with the time of the read. */
  readers: { plan: ShardPlan; at: number }[];
  rows: { shard: number; expiresAt: number }[];
}

/** Events that can occur in any order. */
const events: Record<string, (state: State, dice: number) => void> = {
  'a subscriber reads and renews the plan': (state) => {
    state.plan = renewed(state.plan, state.now);
    state.readers.push({ plan: state.plan, at: state.now });
  },
  // A function runs for at most 29 s, and its clock can be a few minutes off.
  'a subscriber writes a row with the plan that it read': (state, dice) => {
    state.readers = state.readers.filter(({ at }) => state.now - at < 5 * MINUTE);
    const [reader] = state.readers.splice(Math.floor(dice * state.readers.length), 1);
    if (reader) {
      state.rows.push({ shard: placeIn(reader.plan, dice), expiresAt: state.now + SUBSCRIPTION_LIFETIME });
    }
  },
  'the newest generation is full': (state) => {
    state.plan = state.plan && resized(state.plan, FULL_SHARD + 1, state.now);
  },
  'the newest generation is sparse': (state) => {
    state.plan = state.plan && resized(state.plan, 1, state.now);
  },
  'up to a minute passes': (state, dice) => {
    state.now += dice * MINUTE;
  },
  'an hour or more passes': (state, dice) => {
    state.now += (1 + 2 * dice) * HOUR;
  },
  'almost the lifetime of a subscription passes': (state) => {
    state.now += SUBSCRIPTION_LIFETIME - 1;
  },
  'the table deletes an expired plan': (state) => {
    state.plan = state.plan && state.plan.expiresAt <= state.now ? undefined : state.plan;
  },
};

it('shardsOf() lists the shard of every valid subscription, for any order of events', () => {
  const event = fc.tuple(
    fc.constantFrom(...Object.keys(events)),
    fc.nat(999).map((dice) => dice / 1000),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80, size: 'max' }), (script) => {
      const state: State = { now: NOW, readers: [], rows: [] };
      for (const [name, dice] of script) {
        events[name]?.(state, dice);
        if (!name.endsWith('passes')) {
          continue;
        }
        const listed = new Set(numbersOf(state.plan, state.now));
        const lost = state.rows.filter(({ shard, expiresAt }) => expiresAt > state.now && !listed.has(shard));
        expect(lost).toEqual([]);
      }
    }),
    { numRuns: 1000 },
  );
});

describe('the plan of a topic', () => {
  it('starts with one shard', () => {
    expect(numbersOf(renewed(undefined, NOW), NOW)).toEqual([0]);
  });

  it('is written at most once an hour while nothing changes', () => {
    const plan = renewed(undefined, NOW);
    expect(renewed(plan, NOW + HOUR)).toBe(plan);
    expect(renewed(plan, NOW + HOUR + 1)).not.toBe(plan);
  });

  it('expires hours after the last subscription, and then lists no shards', () => {
    const plan = renewed(undefined, NOW);
    expect(numbersOf(plan, plan.expiresAt - 1)).toEqual([0]);
    expect(numbersOf(plan, plan.expiresAt)).toEqual([]);
    expect(plan.expiresAt - NOW).toBeLessThan(4 * HOUR);
    expect(numbersOf(undefined, NOW)).toEqual([]);
  });

  it('gets a generation with four times the shards when a shard is too full, and new subscriptions are placed there', () => {
    const plan = resized(renewed(undefined, NOW), FULL_SHARD + 1, NOW);
    expect(numbersOf(plan, NOW)).toEqual([0, 1, 2, 3, 4]);
    expect([0, 0.3, 0.6, 0.999].map((random) => placeIn(plan, random))).toEqual([1, 2, 3, 4]);
  });

  it('gets a generation that is not older than the one before it, even if the clock goes back', () => {
    const first = resized(renewed(undefined, NOW), FULL_SHARD + 1, NOW);
    const second = resized(first, FULL_SHARD + 1, NOW - HOUR);
    expect(second.generations.map(({ since }) => since - NOW)).toEqual([0, 0, 0]);
    // A subscription that was placed in the first new generation until now exists for its whole lifetime.
    expect(numbersOf(second, NOW + SUBSCRIPTION_LIFETIME - 1)).toEqual(
      Array.from({ length: 21 }, (_, number) => number),
    );
  });

  it('does not change if a shard is neither too full nor too sparse', () => {
    const plan = renewed(undefined, NOW);
    expect(resized(plan, FULL_SHARD, NOW)).toBe(plan);
    expect(resized(plan, 1, NOW + 3 * HOUR)).toBe(plan);
  });

  it('does not grow beyond the maximum number of shards', () => {
    let plan = renewed(undefined, NOW);
    for (let times = 0; times < 20; times++) {
      plan = resized(plan, FULL_SHARD + 1, NOW);
    }
    expect(newestCount(plan)).toBe(MOST_SHARDS);
    expect(plan.generations.length).toBeLessThan(9);
  });

  it('drops a generation when all of its subscriptions have expired', () => {
    const grown = resized(renewed(undefined, NOW), FULL_SHARD + 1, NOW);
    expect(numbersOf(grown, NOW + SUBSCRIPTION_LIFETIME)).toContain(0);
    expect(numbersOf(grown, NOW + SUBSCRIPTION_LIFETIME + 10 * MINUTE)).toEqual([1, 2, 3, 4]);
    expect(renewed(grown, NOW + SUBSCRIPTION_LIFETIME + 20 * MINUTE).generations).toHaveLength(1);
  });

  it('gets fewer shards if few subscribers are left, but only after all older subscriptions have expired', () => {
    const grown = [1, 2, 3].reduce((plan) => resized(plan, FULL_SHARD + 1, NOW), renewed(undefined, NOW));
    expect(newestCount(grown)).toBe(64);
    expect(resized(grown, 5, NOW + HOUR)).toBe(grown);
    const later = renewed(grown, NOW + 3 * HOUR);
    expect(newestCount(resized(later, 5, NOW + 3 * HOUR))).toBe(4);
    expect(newestCount(resized(later, 0, NOW + 3 * HOUR))).toBe(1);
    expect(resized(later, 13, NOW + 3 * HOUR)).toBe(later);
  });

  it('scales to a million subscriptions without a shard that is much too full', () => {
    let plan = renewed(undefined, NOW);
    const rows = new Map<number, number>();
    let dice = 1;
    const random = () => {
      dice = (dice * 48271) % 2147483647;
      return dice / 2147483647;
    };
    for (let subscription = 0; subscription < 1_000_000; subscription++) {
      const shard = placeIn(plan, random());
      rows.set(shard, (rows.get(shard) ?? 0) + 1);
      if (random() < 1 / 16) {
        plan = resized(plan, rows.get(shard) ?? 0, NOW + subscription * 2);
      }
    }
    expect(numbersOf(plan, NOW + 2_000_000)).toHaveLength(1 + 4 + 16 + 64 + 256 + 1024 + 4096 + 16384);
    expect(Math.max(...rows.values())).toBeLessThan(250);
  });
});

describe('a sample', () => {
  const grown = [1, 2, 3].reduce((plan) => resized(plan, FULL_SHARD + 1, NOW), renewed(undefined, NOW));

  it('contains all shards if there are few', () => {
    const sample = sampleOf('t', renewed(undefined, NOW), { now: NOW, random: Math.random, reads: 10 });
    expect(sample).toEqual([{ shards: [{ topic: 't', number: 0 }], of: 1 }]);
    expect(sampleOf('t', undefined, { now: NOW, random: Math.random, reads: 10 })).toEqual([]);
  });

  it.each([
    ['begins with the first shard of a generation if random is 0', 0, 21],
    ['ends with the last shard of a generation if random is almost 1', 1 - Number.EPSILON, 82],
  ])('%s', (_, random, first) => {
    const newest = sampleOf('t', grown, { now: NOW, random: () => random, reads: 10 }).at(-1);
    expect(newest?.shards.map(({ number }) => number)).toEqual([first, first + 1, first + 2]);
  });

  it('contains some shards of each generation', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999999, noNaN: true }), (dice) => {
        const sample = sampleOf('t', grown, { now: NOW, random: () => dice, reads: 10 });
        expect(sample.map(({ shards, of }) => [shards.length, of])).toEqual([
          [1, 1],
          [3, 4],
          [3, 16],
          [3, 64],
        ]);
        const numbers = sample.flatMap(({ shards }) => shards.map(({ number }) => number));
        expect(new Set(numbers).size).toBe(10);
        grown.generations.forEach(({ first, count }, index) => {
          for (const { number } of sample[index]?.shards ?? []) {
            expect(number).toBeGreaterThanOrEqual(first);
            expect(number).toBeLessThan(first + count);
          }
        });
      }),
    );
  });
});
