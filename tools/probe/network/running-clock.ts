/** Milliseconds between two readings of the time while this process runs. */
const PERIOD = 10;

/** Milliseconds between two readings that count as a pause. Timers are slightly late on any machine, but not by a whole period. */
const PAUSE = 2 * PERIOD;

/**
 * Clock that does not advance while this process is paused, because the machine is busy, suspended, or runs other work.
 * Time during a pause cannot be attributed to a server, which may have responded early in the pause.
 */
export class RunningClock {
  private pausedSoFar = 0;
  private seen: number;
  private readonly timer: NodeJS.Timeout;

  /** @param wall milliseconds of a clock that always advances */
  constructor(private readonly wall: () => number = () => performance.now()) {
    this.seen = wall();
    this.timer = setInterval(() => this.now(), PERIOD).unref();
  }

  /** @returns milliseconds since an arbitrary point */
  now(): number {
    const wall = this.wall();
    // After a pause, a response is often read before the timer runs.
    const gap = wall - this.seen;
    if (gap >= PAUSE) {
      this.pausedSoFar += gap - PERIOD;
    }
    this.seen = wall;
    return wall - this.pausedSoFar;
  }

  /** Total milliseconds for which this process was paused. */
  get paused(): number {
    this.now();
    return this.pausedSoFar;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
