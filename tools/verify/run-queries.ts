import { outcomeOf, type Outcome, type Query } from './query';

/**
 * Maximum number of concurrent queries: a run takes about a second and stays far below every quota. The lowest is Route 53's,
 * five requests a second for each account. A run sends at most three of those.
 */
const CONCURRENCY = 4;

/**
 * Runs every query once, {@link CONCURRENCY} at a time.
 *
 * @param onOutcome called after each outcome with the number of queries that have one
 */
export async function runQueries(
  queries: ReadonlySet<Query>,
  onOutcome: (finished: number) => void,
): Promise<Map<Query, Outcome>> {
  const outcomes = new Map<Query, Outcome>();
  const waiting = queries.values();
  const worker = async () => {
    // All workers take from one iterator, so that each query runs once.
    for (const query of waiting) {
      outcomes.set(query, await outcomeOf(query));
      onOutcome(outcomes.size);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return outcomes;
}
