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
      this.time.setTimeout(() => {
        if (this.isOver) {
          return;
        }
        if (this.faults.strikes(this.ends)) {
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
