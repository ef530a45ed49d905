import type { Clock as ClientClock } from '../../client';
import type { Clock } from '../../lambda/realtime/ports';

interface Timer {
  at: number;
  run: () => void;
}

/** Time that passes only when told to, and then at once. */
export class VirtualTime implements ClientClock, Clock {
  private readonly timers = new Set<Timer>();
  private milliseconds = Date.parse('2026-01-01T00:00:00Z');

  constructor(public random: () => number = () => 0.5) {}

  now = () => this.milliseconds;

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

  /** What waits: how long each will, in milliseconds. */
  get pending(): number[] {
    return [...this.timers].map(({ at }) => at - this.milliseconds);
  }

  /** Lets so many milliseconds pass, and everything happen that happens in them. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.milliseconds + milliseconds;
    await quiet();
    for (let due = this.due(end); due; due = this.due(end)) {
      this.timers.delete(due);
      this.milliseconds = due.at;
      due.run();
      await quiet();
    }
    this.milliseconds = end;
  }

  private due(end: number): Timer | undefined {
    const [first] = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
    return first;
  }
}

/** Resolves when everything has happened that waits for no timer. */
function quiet(): Promise<void> {
  return new Promise(setImmediate);
}
