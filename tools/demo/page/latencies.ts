import { percentile } from '../../statistics';

/** Milliseconds between HTTP requests. They are sent at fixed times, also if the last one is not answered yet. */
export const EVERY = 50;

/** Latencies of HTTP requests, by the time at which they were sent. */
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
