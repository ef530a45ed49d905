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

/** The plans of a topic, past and present, and the subscriptions that were made by them. */
interface World {
  now: number;
  plan?: ShardPlan;
  /** Plans that subscribers have read, with which they will write a row, and when they read. */
  readers: { plan: ShardPlan; at: number }[];
  rows: { shard: number; expiresAt: number }[];
}

/** One thing that happens: any of them may happen after any other. */
const events: Record<string, (world: World, dice: number) => void> = {
  'somebody reads the plan, renewing it': (world) => {
    world.plan = renewed(world.plan, world.now);
    world.readers.push({ plan: world.plan, at: world.now });
  },
  // A function runs for 29 s at the most, and its clock may be a few minutes off.
  'somebody writes a row by what was read': (world, dice) => {
    world.readers = world.readers.filter(({ at }) => world.now - at < 5 * MINUTE);
    const [reader] = world.readers.splice(Math.floor(dice * world.readers.length), 1);
    if (reader) {
      world.rows.push({ shard: placeIn(reader.plan, dice), expiresAt: world.now + SUBSCRIPTION_LIFETIME });
    }
  },
  'the newest generation turns out to be full': (world) => {
    world.plan = world.plan && resized(world.plan, FULL_SHARD + 1, world.now);
  },
  'the newest generation turns out to be sparse': (world) => {
    world.plan = world.plan && resized(world.plan, 1, world.now);
  },
  'a moment passes': (world, dice) => {
    world.now += dice * MINUTE;
  },
  'an hour or more passes': (world, dice) => {
    world.now += (1 + 2 * dice) * HOUR;
  },
  'nearly a lifetime passes': (world) => {
    world.now += SUBSCRIPTION_LIFETIME - 1;
  },
  'the table removes a plan that has expired': (world) => {
    world.plan = world.plan && world.plan.expiresAt <= world.now ? undefined : world.plan;
  },
};

it('lists the shard of every subscription that lives, whatever happens in whatever order', () => {
  const event = fc.tuple(
    fc.constantFrom(...Object.keys(events)),
    fc.nat(999).map((dice) => dice / 1000),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80, size: 'max' }), (script) => {
      const world: World = { now: NOW, readers: [], rows: [] };
      for (const [name, dice] of script) {
        events[name]?.(world, dice);
        if (!name.endsWith('passes')) {
          continue;
        }
        const listed = new Set(numbersOf(world.plan, world.now));
        const lost = world.rows.filter(({ shard, expiresAt }) => expiresAt > world.now && !listed.has(shard));
        expect(lost).toEqual([]);
      }
    }),
    { numRuns: 1000 },
  );
});

describe('the plan of a topic', () => {
  it('begins with one shard', () => {
    expect(numbersOf(renewed(undefined, NOW), NOW)).toEqual([0]);
  });

  it('is written at most once an hour while nothing changes', () => {
    const plan = renewed(undefined, NOW);
    expect(renewed(plan, NOW + HOUR)).toBe(plan);
    expect(renewed(plan, NOW + HOUR + 1)).not.toBe(plan);
  });

  it('is over some hours after the last subscription, and then lists nothing', () => {
    const plan = renewed(undefined, NOW);
    expect(numbersOf(plan, plan.expiresAt - 1)).toEqual([0]);
    expect(numbersOf(plan, plan.expiresAt)).toEqual([]);
    expect(plan.expiresAt - NOW).toBeLessThan(4 * HOUR);
    expect(numbersOf(undefined, NOW)).toEqual([]);
  });

  it('has four times as many shards once one is too full, and sends the new subscriptions there', () => {
    const plan = resized(renewed(undefined, NOW), FULL_SHARD + 1, NOW);
    expect(numbersOf(plan, NOW)).toEqual([0, 1, 2, 3, 4]);
    expect([0, 0.3, 0.6, 0.999].map((random) => placeIn(plan, random))).toEqual([1, 2, 3, 4]);
  });

  it('stays as it is while a shard is neither too full nor too sparse', () => {
    const plan = renewed(undefined, NOW);
    expect(resized(plan, FULL_SHARD, NOW)).toBe(plan);
    expect(resized(plan, 1, NOW + 3 * HOUR)).toBe(plan);
  });

  it('does not grow without end', () => {
    let plan = renewed(undefined, NOW);
    for (let times = 0; times < 20; times++) {
      plan = resized(plan, FULL_SHARD + 1, NOW);
    }
    expect(newestCount(plan)).toBe(MOST_SHARDS);
    expect(plan.generations.length).toBeLessThan(9);
  });

  it('drops a generation once every subscription in it has ended', () => {
    const grown = resized(renewed(undefined, NOW), FULL_SHARD + 1, NOW);
    expect(numbersOf(grown, NOW + SUBSCRIPTION_LIFETIME)).toContain(0);
    expect(numbersOf(grown, NOW + SUBSCRIPTION_LIFETIME + 10 * MINUTE)).toEqual([1, 2, 3, 4]);
    expect(renewed(grown, NOW + SUBSCRIPTION_LIFETIME + 20 * MINUTE).generations).toHaveLength(1);
  });

  it('has fewer shards when few are left, but only once it is known that they are few', () => {
    const grown = [1, 2, 3].reduce((plan) => resized(plan, FULL_SHARD + 1, NOW), renewed(undefined, NOW));
    expect(newestCount(grown)).toBe(64);
    expect(resized(grown, 5, NOW + HOUR)).toBe(grown);
    const later = renewed(grown, NOW + 3 * HOUR);
    expect(newestCount(resized(later, 5, NOW + 3 * HOUR))).toBe(4);
    expect(newestCount(resized(later, 0, NOW + 3 * HOUR))).toBe(1);
    expect(resized(later, 13, NOW + 3 * HOUR)).toBe(later);
  });

  it('carries a million subscriptions, with no shard much too full on the way', () => {
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

  it('is everything, if that is not too much', () => {
    const sample = sampleOf('t', renewed(undefined, NOW), { now: NOW, random: Math.random, reads: 10 });
    expect(sample).toEqual([{ shards: [{ topic: 't', number: 0 }], of: 1 }]);
    expect(sampleOf('t', undefined, { now: NOW, random: Math.random, reads: 10 })).toEqual([]);
  });

  it('is some of each generation, and within it', () => {
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
