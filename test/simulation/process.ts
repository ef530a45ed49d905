import type { Clock } from '../../lambda/realtime/ports';
import type { Fault, Faults } from './faults';
import type { Time } from './time';

/** Outcome of work in a process, which can end before the work does. */
export type Outcome<T> = { value: T } | { error: unknown } | 'ended';

/** @returns the value of completed work; undefined if it failed or the process ended. */
export function valueOf<T>(outcome: Outcome<T>): T | undefined {
  return outcome !== 'ended' && 'value' in outcome ? outcome.value : undefined;
}

/** Duration of a hang, longer than any timeout, in milliseconds. */
const HANG = 60_000;

/** Milliseconds after the end of a suspension at which timers are run, if what arrived is handled first. */
const LATE_TIMERS = 5;

/** Maximum latency of a slow request, one way, in milliseconds. */
const SLOW = 3000;

/**
 * Environment of the code under test: one invocation of a function, or a task of the service. It can end at any await. The
 * awaited promise then never settles, so that no `catch` and no `finally` runs.
 */
export class Process {
  /** Clock of the code in the process. */
  readonly clock: Clock;
  private isOver = false;
  private timeout: unknown;
  private endsAt = Number.POSITIVE_INFINITY;
  private over: () => void = () => undefined;
  private readonly ending: Promise<'ended'>;
  /** Times until which nothing runs: what arrives, and timers. */
  private frozenUntil = 0;
  private timersFrom = 0;
  private isolatedUntil = 0;

  constructor(
    private readonly time: Time,
    private readonly faults: Faults,
    /** Fault that ends it. */
    private readonly ends: Fault = 'a process ends between two awaits',
  ) {
    this.ending = new Promise((resolve) => {
      this.over = () => resolve('ended');
    });
    this.clock = { now: time.now, random: time.random, wait: (milliseconds) => this.pause(milliseconds) };
  }

  get ended(): boolean {
    return this.isOver;
  }

  /** True while no request of it reaches AWS. */
  get isolated(): boolean {
    return this.isolatedUntil > this.time.now();
  }

  /** Suspends it for a number of milliseconds. What arrived meanwhile can then run before the timers that are due, or after. */
  freeze(milliseconds: number): void {
    this.frozenUntil = this.time.now() + milliseconds;
    this.timersFrom = this.frozenUntil + (this.time.random() < 0.5 ? LATE_TIMERS : 0);
  }

  /** Separates it from AWS for a number of milliseconds. */
  isolate(milliseconds: number): void {
    this.isolatedUntil = this.time.now() + milliseconds;
  }

  /** Runs what has arrived for the process, when it is not suspended. Never, if it has ended by then. */
  arrives(run: () => void): void {
    this.when(() => this.frozenUntil, run);
  }

  /** Sets a timer of the process. */
  later(run: () => void, milliseconds: number): unknown {
    return this.time.setTimeout(() => this.when(() => this.timersFrom, run), milliseconds);
  }

  run<T>(work: () => Promise<T>): Promise<Outcome<T>> {
    const done = work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    return Promise.race([done, this.ending]).finally(() => this.time.clearTimeout(this.timeout));
  }

  /** Ends the process after a number of milliseconds: a function's timeout. */
  limit(milliseconds: number): this {
    this.endsAt = this.time.now() + milliseconds;
    this.timeout = this.time.setTimeout(() => this.end(), milliseconds);
    return this;
  }

  /** @returns milliseconds until the limit, as in the context of a function */
  remaining(): number {
    return this.endsAt - this.time.now();
  }

  end(): void {
    this.isOver = true;
    this.over();
  }

  /**
   * Sends a request, with a latency before it is performed and another before the answer arrives. A request that was sent
   * is performed even if the process has ended or timed out.
   *
   * @param duration milliseconds between the beginning of the work of `act` and its answer
   * @returns undefined if there was no answer within `timeout` milliseconds
   */
  async request<T>(act: () => T, timeout: number, duration = 0): Promise<T | undefined> {
    const [there, back] = [this.latency(), this.latency() + duration];
    let answer: T | undefined;
    this.time.setTimeout(() => {
      answer = act();
    }, there);
    await this.pause(Math.min(there + back, timeout));
    return there + back > timeout ? undefined : answer;
  }

  /** Waits, unless a fault ends or hangs the process. */
  pause(milliseconds: number): Promise<void> {
    const wait = milliseconds + (this.faults.strikes('a process hangs') ? HANG : 0);
    return new Promise((resolve) => {
      this.later(() => (this.faults.strikes(this.ends) ? this.end() : resolve()), wait);
    });
  }

  private when(from: () => number, run: () => void): void {
    const left = from() - this.time.now();
    if (left > 0) {
      this.time.setTimeout(() => this.when(from, run), left);
    } else if (!this.isOver) {
      run();
    }
  }

  private latency(): number {
    const { random } = this.time;
    return this.faults.strikes('a request to AWS is slow') ? SLOW * random() : 1 + 10 * random();
  }
}
