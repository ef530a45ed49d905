import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { rest } from './standstill';

/**
 * Begins work at fixed instants, whether what began before has ended or not: a server that stands still is asked all the same,
 * and every request that it keeps waiting counts ("coordinated omission" is to leave those out).
 *
 * @param perSecond - how often
 * @returns what each took, in milliseconds from the instant at which it was due; rejects if one rejects
 */
export async function openLoop(perSecond: number, seconds: number, work: () => Promise<void>): Promise<number[]> {
  const start = performance.now();
  const begun: Promise<number>[] = [];
  let underWay = 0;
  const measured = async (due: number) => {
    underWay += 1;
    await work();
    underWay -= 1;
    return performance.now() - due;
  };
  for (const offset of instants(perSecond, seconds)) {
    const due = start + offset;
    for (let left = due - performance.now(); left > 0; left = due - performance.now()) {
      if (underWay > 0) {
        await pause(1);
      } else {
        rest(left);
      }
    }
    const latency = measured(due);
    // Told at the end, with the others.
    latency.catch(() => undefined);
    begun.push(latency);
  }
  return Promise.all(begun);
}

/** @returns milliseconds after the start at which each is due. */
export function instants(perSecond: number, seconds: number): number[] {
  return Array.from({ length: Math.floor(perSecond * seconds) }, (_, index) => (index * 1000) / perSecond);
}
