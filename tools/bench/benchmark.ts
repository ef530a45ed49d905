import { median } from '../statistics';

/** Result of a benchmark: the ratio that its summary names, with the spread over the rounds. */
export interface BenchmarkResult {
  readonly name: string;

  /** Ratio of the medians over the rounds. */
  readonly ratio: number;

  /** Smallest and largest ratio of a single round. */
  readonly min: number;
  readonly max: number;

  /** Bounds that the run exceeds. If there are any, the command exits with 1. @default - the benchmark has no bounds */
  readonly failed?: readonly string[];

  /** Other measured values, for `--json`. */
  readonly [figure: string]: unknown;
}

/** Compares two or more contenders in one run, because ratios vary less between machines than absolute times. */
export interface Benchmark {
  readonly name: string;

  /** One sentence that describes the comparison. */
  readonly summary: string;

  /** True if the benchmark plants bugs, and can plant some of them. */
  readonly plantsBugs?: true;

  /** True if the benchmark repeats cases, of which it can run some. */
  readonly repeats?: true;

  /**
   * @param report - called with lines of progress
   * @returns the result; throws if the contenders do not do the same work
   */
  run(report: (line: string) => void, selection: Selection): Promise<BenchmarkResult>;
}

/** Part of a benchmark, from the arguments of the command. */
interface Selection {
  /** Plant only the bugs whose file or description contains this text, or run only the cases whose title does. */
  readonly text?: string;
  /** Number of runs of each case. */
  readonly runs?: number;
  /** Run only the cases without a fault. */
  readonly healthy?: boolean;
  /** Ends a benchmark that can report partial results. */
  readonly interrupt: AbortSignal;
}

/** @returns the ratio of the medians, and the smallest and largest ratio of a round */
export function ratioOf(
  values: readonly number[],
  references: readonly number[],
): Pick<BenchmarkResult, 'ratio' | 'min' | 'max'> {
  const rounds = values.map((value, round) => value / (references[round] ?? Number.NaN));
  return {
    ratio: round(median(values) / median(references)),
    min: round(Math.min(...rounds)),
    max: round(Math.max(...rounds)),
  };
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
