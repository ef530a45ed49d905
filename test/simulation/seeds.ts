import type { Fault } from './faults';
import { lineOf, linesOf, report } from './report';
import { simulate } from './simulation';

/**
 * Number of simulated runs. SEEDS sets another number, and SEED selects a single run. The run with seed 264 alone takes as long as
 * half of these.
 */
const RUNS = Number(process.env.SEEDS ?? 250);

/** Simulated runs in one test. */
const RUNS_PER_TEST = 25;

/**
 * Maximum milliseconds of one test. Most take a few seconds. A run in which most responses of AWS are lost while hundreds of
 * connections are subscribed makes half a million posts, which takes a minute on a machine without other load.
 */
const MOST_TIME = 400_000;

/** Number of test files that share the runs, so that they can execute in parallel. */
const PARTS = 4;

/** @param part from 0 */
export function describeSeeds(part: number): void {
  const { SEED } = process.env;
  if (SEED === undefined) {
    describeRuns(part);
  } else if (Number(SEED) % PARTS === part) {
    test(`the run with seed ${SEED} violates no guarantee`, async () => {
      const result = await simulate(Number(SEED));
      console.log([...result.events.map(lineOf), 'Faults:', ...linesOf(result.faults)].join('\n'));
      expect(result.violations.length > 0 && report(result)).toBe(false);
    }, 60_000);
  } else {
    // Jest requires a test in each file.
    test.todo(`the run with seed ${SEED} is in another file`);
  }
}

function describeRuns(part: number): void {
  const faults = new Map<Fault, number>();
  const first = Math.ceil((part * RUNS) / PARTS);
  const end = Math.ceil(((part + 1) * RUNS) / PARTS);
  const parts = Array.from(
    { length: Math.ceil((end - first) / RUNS_PER_TEST) },
    (_, index) => first + index * RUNS_PER_TEST,
  );

  test.each(parts)(
    'the runs from seed %i on violate no guarantee',
    async (from) => {
      for (let seed = from; seed < Math.min(from + RUNS_PER_TEST, end); seed += 1) {
        const result = await simulate(seed);
        for (const [fault, count] of result.faults) {
          faults.set(fault, (faults.get(fault) ?? 0) + count);
        }
        if (result.violations.length > 0) {
          throw new Error(report(result));
        }
      }
    },
    MOST_TIME,
  );

  afterAll(() => {
    if (process.env.SEEDS) {
      console.log([`Faults in the runs with seeds ${first} to ${end - 1}:`, ...linesOf(faults)].join('\n'));
    }
  });
}
