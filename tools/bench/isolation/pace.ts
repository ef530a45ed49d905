/** Limits the rate at which work starts. Missed starts are not made up for. */
export class Pace {
  private readonly interval: number;
  private last = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number) {
    this.interval = 1000 / perSecond;
  }

  /** @returns the earliest time of the next start, in milliseconds: now, or one interval after the previous start */
  next(now: number): number {
    this.last = Math.max(now, this.last + this.interval);
    return this.last;
  }
}
