/** Time and randomness. The client uses no other source of either. */
export interface Clock {
  /** Milliseconds since any fixed time. Never goes back, and does not follow corrections of the system's clock. */
  now(): number;
  /** Milliseconds since 1970, according to the system's clock. Differs from {@link now} by more after the machine slept. */
  date(): number;
  setTimeout(run: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
  /** At least 0, less than 1. */
  random(): number;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  setTimeout: (run, milliseconds) => setTimeout(run, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as number),
  random: () => Math.random(),
};

/** Runs a function after a time. @returns a function that cancels it */
export function after(clock: Clock, milliseconds: number, run: () => void): () => void {
  const timer = clock.setTimeout(run, milliseconds);
  return () => clock.clearTimeout(timer);
}
