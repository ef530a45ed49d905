import { type Estimate, hodgesLehmann, percentile } from '../../../statistics';
import type { Storm } from '../../measurements';
import { FLOOR, RATIO } from '../thresholds';

/** Numbers of rounds after which the storm can end, because the intervals decide. */
export const LOOKS: readonly number[] = [7, 11, 15, 25];

/** Requests of one round. */
type Round = Storm['rounds'][number];

/** Loaded against idle, over all rounds, with intervals of 90 %. */
export interface Comparison {
  readonly ratio: Estimate;
  /** In milliseconds. */
  readonly difference: Estimate;
}

export interface Compared {
  readonly verdict: 'slowed' | 'isolated' | 'undecided';
  readonly mean: Comparison;
  readonly p90: Comparison;
}

/** Decides if requests are slower during the frames. Both the mean and the 90th percentile must be clear for `isolated`. Pure. */
export function compareRounds(rounds: readonly Round[]): Compared {
  const mean = comparison(rounds, meanOf);
  const p90 = comparison(rounds, (ms) => percentile(ms, 0.9));
  const verdict = slower(mean) || slower(p90) ? 'slowed' : notSlower(mean) && notSlower(p90) ? 'isolated' : 'undecided';
  return { verdict, mean, p90 };
}

/** Ratio and difference in milliseconds between the idle requests of odd and even rounds, which are alike on a quiet machine. */
export function idleAgainstIdle(rounds: readonly Round[]): { readonly ratio: number; readonly difference: number } {
  const half = (first: number) =>
    hodgesLehmann(rounds.filter((_, at) => at % 2 === first).map(({ idle }) => meanOf(idle)));
  const [low = 0, high = 0] = [half(0).estimate, half(1).estimate].sort((a, b) => a - b);
  return { ratio: high / low, difference: high - low };
}

function comparison(rounds: readonly Round[], summary: (ms: readonly number[]) => number): Comparison {
  const pairs = rounds.map(({ idle, loaded }) => [summary(idle), summary(loaded)] as const);
  const logs = hodgesLehmann(pairs.map(([idle, loaded]) => Math.log(loaded / idle)));
  return {
    ratio: { estimate: Math.exp(logs.estimate), low: Math.exp(logs.low), high: Math.exp(logs.high) },
    difference: hodgesLehmann(pairs.map(([idle, loaded]) => loaded - idle)),
  };
}

function slower({ ratio, difference }: Comparison): boolean {
  return ratio.low > RATIO && difference.low > FLOOR;
}

function notSlower({ ratio, difference }: Comparison): boolean {
  return ratio.high < RATIO || difference.high < FLOOR;
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
