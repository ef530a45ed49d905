import type { Clock } from '../../lambda/realtime/ports';
import type { Faults } from './faults';
import type { Time } from './time';

/** What became of some work: its process may have ended under it. */
export type Outcome<T> = { value: T } | { error: unknown } | 'ended';

/** Longer than any timeout, in milliseconds. */
const HANG = 60_000;

/**
 * Something that code under test runs in: one run of a function, or a task of the service. It may end at any await: what is
 * awaited then never comes, no `catch` and no `finally` runs.
 */
export class Process {
  /** Time as the code in it knows it. */
  readonly clock: Clock;
  private isOver = false;
  private timeout: unknown;
  private over: () => void = () => undefined;
  private readonly ending: Promise<'ended'>;

  constructor(
    private readonly time: Time,
    private readonly faults: Faults,
  ) {
    this.ending = new Promise((resolve) => {
      this.over = () => resolve('ended');
    });
    this.clock = { now: time.now, random: time.random, wait: (milliseconds) => this.pause(milliseconds) };
  }

  get ended(): boolean {
    return this.isOver;
  }

  run<T>(work: () => Promise<T>): Promise<Outcome<T>> {
    const done = work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    return Promise.race([done, this.ending]).finally(() => this.time.clearTimeout(this.timeout));
  }

  /** Ends it after so many milliseconds, if it still runs: a function's timeout. */
  limit(milliseconds: number): this {
    this.timeout = this.time.setTimeout(() => this.end(), milliseconds);
    return this;
  }

  end(): void {
    this.isOver = true;
    this.over();
  }

  /** Asks something outside: it takes a while until that is done, and another until the answer is here. */
  async ask<T>(act: () => T | Promise<T>): Promise<T> {
    await this.pause(this.latency());
    const answer = await act();
    await this.pause(this.latency());
    return answer;
  }

  private latency(): number {
    const { random } = this.time;
    if (this.faults.strikes('a process hangs')) {
      return HANG;
    }
    return this.faults.strikes('a process is slow') ? 3000 * random() : 1 + 10 * random();
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.time.setTimeout(() => {
        if (this.isOver) {
          return;
        }
        if (this.faults.strikes('a process ends between two awaits')) {
          this.end();
        } else {
          resolve();
        }
      }, milliseconds);
    });
  }
}
