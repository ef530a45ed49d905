/** When work may begin that happens at most so many times a second. What was missed is not made up for. */
export class Pace {
  private readonly interval: number;
  private last = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number) {
    this.interval = 1000 / perSecond;
  }

  /** @returns the instant at which the next may begin, in milliseconds: now, or an interval after the one before */
  next(now: number): number {
    this.last = Math.max(now, this.last + this.interval);
    return this.last;
  }
}
