import type { Wait } from '../../events/wait';

/** Time that passes only while someone waits. */
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

/** Resolves when it holds; the test's timeout says that it never does. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise(setImmediate);
  }
}
