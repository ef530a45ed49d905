import { performance } from 'node:perf_hooks';

const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));

/**
 * Stops this thread for so many milliseconds, to some hundredths of one, and takes no processor from others meanwhile. A
 * timer of the event loop is late by up to one, more than most answers take.
 */
export function rest(milliseconds: number): void {
  Atomics.wait(nobodyWakes, 0, 0, milliseconds);
}

/** Milliseconds by which a thread that comes first is never late, unless the processor stood still. */
const LATE = 2;

/**
 * Rests a millisecond, and again. The time by which it woke late is time in which the processor did nothing for anybody: a
 * virtual machine waited for its host. (Gil Tene's jHiccup measures the same.)
 *
 * @returns the share of the time, from 0 to 1
 */
export function standstill(seconds: number, clock: () => number = () => performance.now(), wait = rest): number {
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
