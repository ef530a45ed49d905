import type { Clock } from '../../lambda/realtime/ports';
import type { Faults } from './faults';
import type { Time } from './time';

/** Outcome of some work. The process can end before the work does. */
export type Outcome<T> = { value: T } | { error: unknown } | 'ended';

/** @returns the value of work that came to its end; undefined if it failed or ended. */
export function valueOf<T>(outcome: Outcome<T>): T | undefined {
  return outcome !== 'ended' && 'value' in outcome ? outcome.value : undefined;
}

/** Longer than any timeout, in milliseconds. */
const HANG = 60_000;

/** Longest latency of a slow request, one way, in milliseconds. */
const SLOW = 3000;

/**
 * Something that code under test runs in: one run of a function, or a task of the service. It may end at any await: what is
 * awaited then never comes, no `catch` and no `finally` runs.
 */
export class Process {
  /** Time as the code in it knows it. */
  readonly clock: Clock;
  private isOver = false;
  private timeout: unknown;
  private endsAt = Number.POSITIVE_INFINITY;
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
    this.endsAt = this.time.now() + milliseconds;
    this.timeout = this.time.setTimeout(() => this.end(), milliseconds);
    return this;
  }

  /** @returns milliseconds until the limit, as the context of a function tells them. */
  remaining(): number {
    return this.endsAt - this.time.now();
  }

  end(): void {
    this.isOver = true;
    this.over();
  }

  /**
   * Sends a request: it takes a while until that is done, and another until the answer is here. A request that is on its way
   * arrives, also when the process has ended or waits no longer.
   *
   * @returns undefined if there was no answer within `patience` milliseconds
   */
  async request<T>(act: () => T, patience: number): Promise<T | undefined> {
    const [there, back] = [this.latency(), this.latency()];
    let answer: T | undefined;
    this.time.setTimeout(() => {
      answer = act();
    }, there);
    await this.pause(Math.min(there + back, patience));
    return there + back > patience ? undefined : answer;
  }

  /** Lets the process wait. */
  pause(milliseconds: number): Promise<void> {
    const wait = milliseconds + (this.faults.strikes('a process hangs') ? HANG : 0);
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
      }, wait);
    });
  }

  private latency(): number {
    const { random } = this.time;
    return this.faults.strikes('a request to AWS is slow') ? SLOW * random() : 1 + 10 * random();
  }
}
