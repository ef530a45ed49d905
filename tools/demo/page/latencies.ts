import { percentile } from '../../statistics';

/** How often HTTP is asked, in milliseconds: at fixed instants, whether the last was answered or not. */
export const EVERY = 50;

/** What HTTP took, by the instant at which it was asked. */
export class Latencies {
  /** Milliseconds of each answer; undefined where there is none yet, or there was none. */
  readonly values: (number | undefined)[] = [];
  failed = 0;

  /** @returns the smallest value that at least `share` of theirs do not exceed; undefined of none */
  percentile(share: number, from: number, to: number): number | undefined {
    const answered = this.values.slice(from, to).filter((value) => value !== undefined);
    return answered.length > 0 ? percentile(answered, share) : undefined;
  }
}
