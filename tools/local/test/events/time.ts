import type { Wait } from '../../wait';

/** Clock that advances only during waits. */
export class Time {
  /** Waits so far, in milliseconds. */
  readonly waits: number[] = [];
  #now = Date.parse('2026-01-01T00:00:00Z');

  readonly now = () => this.#now;

  readonly wait: Wait = async (milliseconds) => {
    this.waits.push(milliseconds);
    this.#now += milliseconds;
    await new Promise(setImmediate);
  };
}

/** Polls until the condition holds. The timeout of the test limits the wait. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise(setImmediate);
  }
}
