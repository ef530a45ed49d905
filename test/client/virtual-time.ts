import type { Clock as ClientClock } from '../../client';
import type { Clock } from '../../lambda/realtime/ports';

interface Timer {
  at: number;
  run: () => void;
}

/** A clock that a test moves. It runs the timers that are due without waiting. */
export class VirtualTime implements ClientClock, Clock {
  private readonly timers = new Set<Timer>();
  private milliseconds = Date.parse('2026-01-01T00:00:00Z');
  private slept = 0;

  constructor(public random: () => number = () => 0.5) {}

  now = () => this.milliseconds;

  date = () => this.milliseconds + this.slept;

  setTimeout = (run: () => void, milliseconds: number): Timer => {
    const timer = { at: this.milliseconds + milliseconds, run };
    this.timers.add(timer);
    return timer;
  };

  clearTimeout = (timer: unknown): void => {
    this.timers.delete(timer as Timer);
  };

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.setTimeout(resolve, milliseconds));
  }

  /** Lets time pass without timers. With `stops`, the monotonic clock does not advance, as on Linux. */
  sleep(milliseconds: number, stops = false): void {
    if (stops) {
      this.slept += milliseconds;
    } else {
      this.milliseconds += milliseconds;
    }
  }

  /** Milliseconds until each pending timer. */
  get pending(): number[] {
    return [...this.timers].map(({ at }) => at - this.milliseconds);
  }

  /** Advances the time and runs every timer that is due, in order. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.milliseconds + milliseconds;
    await settled();
    for (let due = this.due(end); due; due = this.due(end)) {
      this.timers.delete(due);
      this.milliseconds = Math.max(this.milliseconds, due.at);
      due.run();
      await settled();
    }
    this.milliseconds = end;
  }

  private due(end: number): Timer | undefined {
    const [first] = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
    return first;
  }
}

/** Resolves when everything has happened that does not wait for a timer. */
function settled(): Promise<void> {
  return new Promise(setImmediate);
}
