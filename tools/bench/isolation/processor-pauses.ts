import { performance } from 'node:perf_hooks';

const neverNotified = new Int32Array(new SharedArrayBuffer(4));

/**
 * Suspends this thread, accurate to some hundredths of a millisecond, without using the processor. A timer of the event
 * loop is up to a millisecond late, which is longer than most responses take.
 */
export function rest(milliseconds: number): void {
  Atomics.wait(neverNotified, 0, 0, milliseconds);
}

/** Minimum delay of a pause, in milliseconds. A thread of the highest priority is never later unless the processor is paused. */
const LATE = 2;

/**
 * Measures pauses of the processor: sleeps for a millisecond repeatedly. If it wakes up late, the processor was paused,
 * because a virtual machine waited for its host. (Gil Tene's jHiccup measures the same.)
 *
 * @returns the share of time in pauses, from 0 to 1
 */
export function pausedShareOf(seconds: number, clock: () => number = () => performance.now(), wait = rest): number {
  const start = clock();
  let lost = 0;
  let now = start;
  while (now < start + seconds * 1000) {
    const due = now + 1;
    wait(1);
    now = clock();
    lost += now - due > LATE ? now - due : 0;
  }
  return lost / (now - start);
}
