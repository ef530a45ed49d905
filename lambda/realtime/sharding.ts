import type { Shard } from './ports';

/** Shards that were made together, `first` and up. New subscriptions go to the newest generation only. */
interface Generation {
  first: number;
  count: number;
  /** Time at which the generation was created and superseded the one before it, in milliseconds since 1970. */
  since: number;
}

/**
 * Generations of a topic's shards, oldest first. A subscription is never moved. It lives at most
 * {@link SUBSCRIPTION_LIFETIME}, so a generation that was superseded longer ago than that is empty, and is dropped.
 */
export interface ShardPlan {
  generations: readonly Generation[];
  /** No subscription lives longer: milliseconds since 1970. */
  expiresAt: number;
}

/** API Gateway cuts a connection after 2 hours; 10 minutes more leave room for a late `$disconnect`. In milliseconds. */
export const SUBSCRIPTION_LIFETIME = (2 * 3600 + 600) * 1000;

/**
 * Between reading a plan and writing a subscription by it, and between the clocks of two machines: 10 minutes, in
 * milliseconds. A function has 29 seconds for the first.
 */
const MARGIN = 600_000;

/** A plan that is in use is written at most so often, to prolong it: an hour, in milliseconds. */
const RENEWAL = 3_600_000;

/** A shard with more rows is too full: it must be small beside what deliver posts in one invocation. */
export const FULL_SHARD = 200;

/** Rows of a shard in a new, smaller generation: half of what is too full. */
const TARGET = FULL_SHARD / 2;

/** So many times as many shards has the next generation of a topic that grows. */
const GROWTH = 4;

/**
 * A shard with so few rows is one too many. A generation that {@link GROWTH} made has some 40 to 50 rows a shard once all
 * subscriptions are in it; 12 or fewer in a random one of them are rarer than one in a million (Poisson), and cost
 * no more than another generation.
 */
const SPARSE_SHARD = 12;

/** Shards of a generation, at most: full at 3.3 million subscriptions. Beyond that shards are read in more parts. */
export const MOST_SHARDS = 16_384;

/**
 * @returns the plan to subscribe by: the given one itself, if it will outlive a subscription made now; else what to write
 * in its place before subscribing.
 */
export function renewed(plan: ShardPlan | undefined, now: number): ShardPlan {
  if (!plan || plan.expiresAt <= now) {
    return { generations: [{ first: 0, count: 1, since: now }], expiresAt: leaseFrom(now) };
  }
  if (plan.expiresAt >= now + SUBSCRIPTION_LIFETIME + MARGIN) {
    return plan;
  }
  return { generations: inUse(plan, now), expiresAt: leaseFrom(now) };
}

/** @returns the number of the shard that a new subscription goes to. @param random at least 0, less than 1. */
export function placeIn({ generations }: ShardPlan, random: number): number {
  const { first, count } = newestOf(generations);
  return first + Math.floor(random * count);
}

/**
 * @param rows in a random shard of the newest generation.
 * @returns the plan itself, if its number of shards is right; else the one to write in its place, with another generation.
 */
export function resized(plan: ShardPlan, rows: number, now: number): ShardPlan {
  const generations = inUse(plan, now);
  const { first, count, since } = newestOf(generations);
  // Only a generation without others beside it, and older than any subscription, shows how many there are.
  const complete = generations.length === 1 && since + SUBSCRIPTION_LIFETIME + MARGIN <= now;
  const wanted =
    rows > FULL_SHARD
      ? Math.min(MOST_SHARDS, count * GROWTH)
      : rows <= SPARSE_SHARD && complete
        ? Math.min(count, Math.max(1, Math.ceil((rows * count) / TARGET)))
        : count;
  return wanted === count
    ? plan
    : {
        ...plan,
        generations: [...generations, { first: first + count, count: wanted, since: Math.max(now, since) }],
      };
}

/** @returns every shard that may hold a subscription which lives. */
export function shardsOf(topic: string, plan: ShardPlan | undefined, now: number): Shard[] {
  return generationsOf(plan, now).flatMap(({ first, count }) => shards(topic, first, count));
}

/** Some shards of a generation, to estimate all from. */
export interface Sample {
  shards: Shard[];
  /** Number of shards in the generation. */
  of: number;
}

/** @returns about `reads` shards, some of each generation; every shard, if there are no more. */
export function sampleOf(
  topic: string,
  plan: ShardPlan | undefined,
  { now, random, reads }: { now: number; random: () => number; reads: number },
): Sample[] {
  const generations = generationsOf(plan, now);
  const each = Math.ceil(reads / generations.length);
  return generations.map(({ first, count }) => {
    // Subscriptions are in random shards, so neighbours are as good a sample as any.
    const some = Math.min(count, each);
    return { shards: shards(topic, first + Math.floor(random() * (count - some + 1)), some), of: count };
  });
}

function generationsOf(plan: ShardPlan | undefined, now: number): readonly Generation[] {
  return plan && plan.expiresAt > now ? inUse(plan, now) : [];
}

/** Without those that are empty by now. */
function inUse({ generations }: ShardPlan, now: number): readonly Generation[] {
  return generations.filter((_, index) => {
    const next = generations[index + 1];
    return !next || next.since + SUBSCRIPTION_LIFETIME + MARGIN > now;
  });
}

function newestOf(generations: readonly Generation[]): Generation {
  const newest = generations.at(-1);
  if (!newest) {
    throw new Error('A shard plan must have a generation, got none');
  }
  return newest;
}

function shards(topic: string, first: number, count: number): Shard[] {
  return Array.from({ length: count }, (_, index) => ({ topic, number: first + index }));
}

const leaseFrom = (now: number): number => now + SUBSCRIPTION_LIFETIME + MARGIN + RENEWAL;
