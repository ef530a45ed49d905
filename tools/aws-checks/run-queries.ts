import { outcomeOf, type Outcome, type Query } from './query';

/**
 * Maximum number of concurrent queries: a run takes about a second and stays far below every quota. The lowest is Route 53's,
 * five requests a second for each account. A run sends at most three of those.
 */
const CONCURRENCY = 4;

/**
 * Runs every query once, {@link CONCURRENCY} at a time. After a bug in one, starts no other, and rejects when those that run
 * have ended.
 *
 * @param onOutcome called after each outcome with the number of queries that have one
 */
export async function runQueries(
  queries: ReadonlySet<Query>,
  onOutcome: (finished: number) => void,
): Promise<Map<Query, Outcome>> {
  const outcomes = new Map<Query, Outcome>();
  const waiting = each(queries);
  const worker = async () => {
    // All workers take from one generator, so that each query runs once. An error in this loop closes the generator for all.
    for (const query of waiting) {
      outcomes.set(query, await outcomeOf(query));
      onOutcome(outcomes.size);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: CONCURRENCY }, worker));
  for (const end of ends) {
    if (end.status === 'rejected') {
      throw end.reason;
    }
  }
  return outcomes;
}

function* each<Item>(items: Iterable<Item>): Generator<Item> {
  yield* items;
}
