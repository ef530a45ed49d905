import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { rest } from './processor-pauses';

/**
 * Starts requests at fixed times, without waiting for earlier ones. Requests that wait while a server is blocked therefore
 * count. A client that waits for responses would omit them ("coordinated omission").
 *
 * @param perSecond - requests a second
 * @returns the latency of each, in milliseconds from its scheduled time; rejects if one rejects
 */
export async function openLoop(perSecond: number, seconds: number, work: () => Promise<void>): Promise<number[]> {
  const start = performance.now();
  const started: Promise<number>[] = [];
  let inFlight = 0;
  const measured = async (due: number) => {
    inFlight += 1;
    await work();
    inFlight -= 1;
    return performance.now() - due;
  };
  for (const offset of instants(perSecond, seconds)) {
    const due = start + offset;
    for (let left = due - performance.now(); left > 0; left = due - performance.now()) {
      if (inFlight > 0) {
        await pause(1);
      } else {
        rest(left);
      }
    }
    const latency = measured(due);
    // A rejection is reported by Promise.all below.
    latency.catch(() => undefined);
    started.push(latency);
  }
  return Promise.all(started);
}

/** @returns the scheduled time of each request, in milliseconds after the start */
export function instants(perSecond: number, seconds: number): number[] {
  return Array.from({ length: Math.floor(perSecond * seconds) }, (_, index) => (index * 1000) / perSecond);
}
