import type { Fault } from './faults';
import { lineOf, linesOf, report } from './report';
import { simulate } from './simulation';

/** Worlds that every run of the tests tries; SEEDS has more, SEED has one. */
const WORLDS = Number(process.env.SEEDS ?? 2000);

/** Worlds of one test. */
const TOGETHER = 100;

/** The parts that run beside each other, a file each. */
const PARTS = 4;

/** @param part from 0 */
export function describeSeeds(part: number): void {
  const { SEED } = process.env;
  if (SEED === undefined) {
    describeWorlds(part);
  } else if (Number(SEED) % PARTS === part) {
    test(`world ${SEED} keeps every promise`, async () => {
      const result = await simulate(Number(SEED));
      console.log([...result.events.map(lineOf), 'What went wrong:', ...linesOf(result.faults)].join('\n'));
      expect(result.violations.length > 0 && report(result)).toBe(false);
    }, 60_000);
  } else {
    // Jest wants a test of each file.
    test.todo(`another part has world ${SEED}`);
  }
}

function describeWorlds(part: number): void {
  const faults = new Map<Fault, number>();
  const first = Math.ceil((part * WORLDS) / PARTS);
  const end = Math.ceil(((part + 1) * WORLDS) / PARTS);
  const parts = Array.from({ length: Math.ceil((end - first) / TOGETHER) }, (_, index) => first + index * TOGETHER);

  test.each(parts)(
    'the worlds from %i keep every promise',
    async (from) => {
      for (let seed = from; seed < Math.min(from + TOGETHER, end); seed += 1) {
        const result = await simulate(seed);
        for (const [fault, count] of result.faults) {
          faults.set(fault, (faults.get(fault) ?? 0) + count);
        }
        if (result.violations.length > 0) {
          throw new Error(report(result));
        }
      }
    },
    120_000,
  );

  afterAll(() => {
    if (process.env.SEEDS) {
      console.log([`What went wrong in the worlds ${first} to ${end - 1}:`, ...linesOf(faults)].join('\n'));
    }
  });
}
