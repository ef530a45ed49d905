import type { Clock } from '../../client';
import { Heap } from './heap';

interface Timer {
  run: (() => void) | undefined;
}

/** The time of a world. It passes from one thing that happens to the next, and between two of them all is done that waits for no timer. */
export class Time implements Clock {
  private readonly timers = new Heap<Timer>();
  private milliseconds = Date.parse('2026-01-01T00:00:00Z');

  constructor(readonly random: () => number) {}

  readonly now = (): number => this.milliseconds;

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
   * Waits, but not beyond a time. Every other wait goes on until a whole minute and up to 200 ms more: what happens at the same
   * time gets in each other's way.
   */
  waitUntil(end: number, milliseconds: number): Promise<void> {
    const at = this.milliseconds + milliseconds;
    const together = this.random() < 0.5 ? Math.ceil(at / MINUTE) * MINUTE + 200 * this.random() : at;
    return this.wait(Math.max(0, Math.min(together, end) - this.milliseconds));
  }

  /** Lets so many milliseconds pass, and everything happen that happens in them. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.milliseconds + milliseconds;
    await quiet();
    while (this.timers.key <= end) {
      this.milliseconds = this.timers.key;
      const { run } = this.timers.pop() as Timer;
      if (run) {
        run();
        await quiet();
      }
    }
    this.milliseconds = end;
  }
}

const MINUTE = 60_000;

// Looked up once: it is done a million times.
const { setImmediate } = globalThis;

/** Resolves when everything has happened that waits for no timer. */
function quiet(): Promise<void> {
  return new Promise(setImmediate);
}
