import { median } from '../statistics';

/** What a benchmark found: the ratio that its summary names, with the spread over the rounds. */
export interface BenchmarkResult {
  readonly name: string;

  /** Of medians over the rounds. */
  readonly ratio: number;

  /** Smallest and largest ratio of a single round. */
  readonly min: number;
  readonly max: number;

  /** Everything else that was measured, for `--json`. */
  readonly [figure: string]: unknown;
}

/** Compares two things, or more, side by side in one run: machines are noisy, ratios less so. */
export interface Benchmark {
  readonly name: string;

  /** What is compared, in one sentence. */
  readonly summary: string;

  /**
   * @param report - takes a line for the person who waits
   * @returns the result; throws if what is compared is not the same
   */
  run(report: (line: string) => void): Promise<BenchmarkResult>;
}

/** @returns the ratio of the medians, and the spread of the rounds' own ratios. */
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
