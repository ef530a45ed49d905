/** A clock that continues from the same time if the system's clock is set back, so that a later record has a later time and what was used up refills. */
export class SteadyClock {
  private last = 0;
  private ahead = 0;

  /** @param system - milliseconds since 1970 */
  constructor(private readonly system: () => number) {}

  now(): number {
    const now = this.system();
    this.ahead += Math.max(0, this.last - now);
    this.last = now;
    return now + this.ahead;
  }

  /** Moves the clock to the millisecond after a time of an earlier run, unless it is later already. */
  pass(time: number): void {
    this.ahead += Math.max(0, time + 1 - this.now());
  }
}
