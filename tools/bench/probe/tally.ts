import { median } from '../../statistics';
import { round } from '../benchmark';
import { isRight, type Judgment } from './judgment';
import type { Outcome } from './one-run';

/** Runs of one case. Each number counts runs. */
export interface Tally {
  readonly title: string;
  readonly runs: number;
  readonly right: number;
  readonly misses: number;
  readonly wrongFirst: number;
  readonly falseFaults: number;
  /** Median duration of a run. */
  readonly seconds: number;
  /** Each difference from the right verdict, with its number of runs: `false fault: tls (2)`. */
  readonly differences: readonly string[];
}

export function tally(title: string, outcomes: readonly Outcome[]): Tally {
  const count = (wrong: (outcome: Outcome) => boolean) => outcomes.filter(wrong).length;
  return {
    title,
    runs: outcomes.length,
    right: count(isRight),
    misses: count(({ missed }) => missed.length > 0),
    wrongFirst: count(({ wrongFirst }) => wrongFirst.length > 0),
    falseFaults: count(({ falseFaults }) => falseFaults.length > 0),
    seconds: round(median(outcomes.map(({ seconds }) => seconds)), 1),
    differences: counted(outcomes.flatMap(differencesOf)),
  };
}

function differencesOf({ missed, wrongFirst, falseFaults }: Judgment): string[] {
  return [
    ...missed.map((what) => `missed: ${what}`),
    ...wrongFirst.map((id) => `wrong first: ${id}`),
    ...falseFaults.map((id) => `false fault: ${id}`),
  ];
}

function counted(texts: readonly string[]): string[] {
  return [...new Set(texts)].map((text) => `${text} (${texts.filter((other) => other === text).length})`);
}

export const HEADER = 'runs  misses  wrong first  false faults  seconds  case';

/** One line for the case, under {@link HEADER}, and one for each difference. */
export function linesOf({ title, runs, misses, wrongFirst, falseFaults, seconds, differences }: Tally): string[] {
  const columns = [
    String(runs).padStart(4),
    String(misses).padStart(6),
    String(wrongFirst).padStart(11),
    String(falseFaults).padStart(12),
    seconds.toFixed(1).padStart(7),
  ];
  return [`${columns.join('  ')}  ${title}`, ...differences.map((difference) => `${' '.repeat(50)}${difference}`)];
}
