import type { Shard } from './ports';

/** Shards that were created together, numbered from `first`. New subscriptions use only the newest generation. */
interface Generation {
  first: number;
  count: number;
  /** Time at which the generation was created and superseded the one before it, in milliseconds since 1970. */
  since: number;
}

/**
 * Generations of a topic's shards, oldest first. A subscription is never moved. It exists for at most
 * {@link SUBSCRIPTION_LIFETIME}, so a generation that was superseded longer ago is empty, and is removed.
 */
export interface ShardPlan {
  generations: readonly Generation[];
  /** Time until which all subscriptions have expired, in milliseconds since 1970. */
  expiresAt: number;
}

/** API Gateway closes a connection after 2 hours. 10 more minutes allow for a late `$disconnect`. In milliseconds. */
export const SUBSCRIPTION_LIFETIME = (2 * 3600 + 600) * 1000;

/**
 * Tolerance for the time between reading a plan and writing a subscription, which is at most the 29 seconds of a function,
 * and for the difference between clocks: 10 minutes, in milliseconds.
 */
const MARGIN = 600_000;

/** Minimum interval between renewals of a plan: an hour, in milliseconds. */
const RENEWAL = 3_600_000;

/** Number of rows above which a shard is too full. It is far smaller than the number of posts of one invocation of deliver. */
export const FULL_SHARD = 200;

/** Rows of a shard in a new, smaller generation: half of a full shard. */
const TARGET = FULL_SHARD / 2;

/** Growth factor: the next generation of a topic that grows has this many times the shards. */
const GROWTH = 4;

/**
 * Number of rows at or below which a topic has too many shards. After a growth by {@link GROWTH}, shards have about 40 to
 * 50 rows once all subscriptions are in the new generation. The probability of 12 or fewer in a random one of them is less
 * than one in a million (Poisson), and the only cost is another generation.
 */
const SPARSE_SHARD = 12;

/** Maximum number of shards of a generation, full at 3.3 million subscriptions. With more, shards are read in several parts. */
export const MOST_SHARDS = 16_384;

/** Maximum number of shards in a range. An invocation of deliver enqueues an entry for each shard of up to 10 ranges. */
export const SHARDS_PER_RANGE = 100;

/**
 * @returns the plan to use for a subscription: the given plan if it outlives a subscription that starts now, or else the
 * plan to replace it with before subscribing.
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

/**
 * @param random at least 0, less than 1.
 * @param before shard of the subscription that is renewed. It is kept if it is in the newest generation.
 * @returns the number of the shard for a new subscription.
 */
export function placeIn({ generations }: ShardPlan, random: number, before?: number): number {
  const { first, count } = newestOf(generations);
  return before !== undefined && before >= first && before < first + count
    ? before
    : first + Math.floor(random * count);
}

/**
 * @param rows number of rows in a random shard of the newest generation.
 * @returns the plan itself if its number of shards is right, or else the plan to replace it with, with another generation.
 */
export function resized(plan: ShardPlan, rows: number, now: number): ShardPlan {
  const generations = inUse(plan, now);
  const { first, count, since } = newestOf(generations);
  // The rows indicate the number of subscriptions only if all of them are in this generation.
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

/** @returns every shard that can contain an active subscription. */
export function shardsOf(topic: string, plan: ShardPlan | undefined, now: number): Shard[] {
  return generationsOf(plan, now).flatMap(({ first, count }) => shards(topic, first, count));
}

/** Sample of the shards of a generation, for an estimate of all. */
export interface Sample {
  shards: Shard[];
  /** Number of shards in the generation. */
  of: number;
}

/** @returns about `reads` shards, some of each generation, or all shards if there are no more. */
export function sampleOf(
  topic: string,
  plan: ShardPlan | undefined,
  { now, random, reads }: { now: number; random: () => number; reads: number },
): Sample[] {
  const generations = generationsOf(plan, now);
  const each = Math.ceil(reads / generations.length);
  return generations.map(({ first, count }) => {
    // Subscriptions are in random shards, so adjacent shards are a random sample.
    const some = Math.min(count, each);
    return { shards: shards(topic, first + Math.floor(random() * (count - some + 1)), some), of: count };
  });
}

function generationsOf(plan: ShardPlan | undefined, now: number): readonly Generation[] {
  return plan && plan.expiresAt > now ? inUse(plan, now) : [];
}

/** @returns the generations of a plan, without those that are empty by now. */
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
