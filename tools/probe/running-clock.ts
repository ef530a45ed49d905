/** Milliseconds between two looks at the time while this process runs. */
const PERIOD = 10;

/** Milliseconds between two looks that mean a standstill: timers are a little late on any machine, but not by a whole period. */
const STANDSTILL = 2 * PERIOD;

/**
 * Clock that does not advance while this process stands still, because its machine is busy, paused, or running other
 * work. Time that this process did not watch cannot be attributed to a server: what a pause hides may be a fast answer.
 */
export class RunningClock {
  private stood = 0;
  private seen: number;
  private readonly timer: NodeJS.Timeout;

  /** @param wall milliseconds of a clock that always advances */
  constructor(private readonly wall: () => number = () => performance.now()) {
    this.seen = wall();
    this.timer = setInterval(() => this.now(), PERIOD).unref();
  }

  /** @returns milliseconds from a point of no meaning */
  now(): number {
    const wall = this.wall();
    // An answer is often read before the timer that shows how late it is.
    const gap = wall - this.seen;
    if (gap >= STANDSTILL) {
      this.stood += gap - PERIOD;
    }
    this.seen = wall;
    return wall - this.stood;
  }

  /** Milliseconds that this process stood still so far. */
  get standstill(): number {
    this.now();
    return this.stood;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
