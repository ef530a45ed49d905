import type { Clock } from '../../client';
import { Heap } from './heap';

interface Timer {
  run: (() => void) | undefined;
}

/** Virtual time of a run. It advances from timer to timer, after all work that does not wait for a timer is done. */
export class Time implements Clock {
  private readonly timers = new Heap<Timer>();
  private milliseconds = Date.parse('2026-01-01T00:00:00Z');

  constructor(readonly random: () => number) {}

  readonly now = (): number => this.milliseconds;

  readonly date = this.now;

  readonly setTimeout = (run: () => void, milliseconds: number): Timer => {
    const timer = { run };
    this.timers.push(this.milliseconds + milliseconds, timer);
    return timer;
  };

  readonly clearTimeout = (timer: unknown): void => {
    if (timer) {
      (timer as Timer).run = undefined;
    }
  };

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.setTimeout(resolve, milliseconds));
  }

  /**
   * Waits, but at most until `end`. Every second wait on average ends up to 200 ms after a full minute, so that events of
   * different clients coincide and conflict.
   */
  waitUntil(end: number, milliseconds: number): Promise<void> {
    const at = this.milliseconds + milliseconds;
    const together = this.random() < 0.5 ? Math.ceil(at / MINUTE) * MINUTE + 200 * this.random() : at;
    return this.wait(Math.max(0, Math.min(together, end) - this.milliseconds));
  }

  /** Advances the time and runs every timer that is due, in order. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.milliseconds + milliseconds;
    await settled();
    while (this.timers.key <= end) {
      this.milliseconds = this.timers.key;
      const { run } = this.timers.pop() as Timer;
      if (run) {
        run();
        await settled();
      }
    }
    this.milliseconds = end;
  }
}

const MINUTE = 60_000;

// Looked up once, because it is called a million times.
const { setImmediate } = globalThis;

/** Resolves when all work that does not wait for a timer is done. */
function settled(): Promise<void> {
  return new Promise(setImmediate);
}
