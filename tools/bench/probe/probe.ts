import { progressLine } from '../../cli';
import { type Benchmark, type BenchmarkResult, round } from '../benchmark';
import type { Case } from './case';
import { PLANTED, WITHOUT_FAULT } from './cases';
import { type Outcome, oneRun } from './one-run';
import { HEADER, linesOf, type Tally, tally } from './tally';

const RUNS = 20;

export const probe: Benchmark = {
  name: 'probe',
  summary: 'right reports ÷ all reports of the probe, for servers with planted causes and for healthy ones',
  repeats: true,

  async run(report, { text = '', runs = RUNS, healthy = false, interrupt }) {
    const cases = (healthy ? WITHOUT_FAULT : [...PLANTED, ...WITHOUT_FAULT]).filter(({ title }) =>
      title.includes(text),
    );
    if (cases.length === 0) {
      throw new Error(`No case of the benchmark probe contains ${JSON.stringify(text)}. Fix: pass a part of a title.`);
    }
    const tallies: Tally[] = [];
    report(HEADER);
    for (const [index, one] of cases.entries()) {
      const outcomes = await repeated(one, runs, `case ${index + 1} of ${cases.length}`, interrupt);
      if (outcomes.length > 0) {
        const result = tally(one.title, outcomes);
        tallies.push(result);
        linesOf(result).forEach(report);
      }
    }
    return resultOf(tallies);
  },
};

/** @returns the runs until the interruption */
async function repeated(one: Case, runs: number, place: string, interrupt: AbortSignal): Promise<Outcome[]> {
  const progress = progressLine(process.stderr);
  const outcomes: Outcome[] = [];
  try {
    while (outcomes.length < runs && !interrupt.aborted) {
      progress.show(`${place}, run ${outcomes.length + 1} of ${runs}: ${one.title}`);
      outcomes.push(await oneRun(one, interrupt));
    }
  } catch (error) {
    if (!interrupt.aborted) {
      throw error;
    }
  } finally {
    progress.clear();
  }
  return outcomes;
}

function resultOf(cases: readonly Tally[]): BenchmarkResult {
  const sum = (of: (each: Tally) => number) => cases.reduce((total, each) => total + of(each), 0);
  const shares = cases.map(({ right, runs }) => round(right / runs));
  const runs = sum((each) => each.runs);
  return {
    name: 'probe',
    ratio: round(sum((each) => each.right) / runs, 3),
    min: Math.min(...shares),
    max: Math.max(...shares),
    runs,
    misses: sum((each) => each.misses),
    wrongFirst: sum((each) => each.wrongFirst),
    falseFaults: sum((each) => each.falseFaults),
    cases,
  };
}
