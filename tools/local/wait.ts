import { setTimeout } from 'node:timers/promises';

/** Resolves after the given time, or as soon as the signal is aborted. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export const wait: Wait = async (milliseconds, signal) => {
  await setTimeout(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) {
      throw error;
    }
  });
};

/** Milliseconds before attempt number `count` (from 1): 100, 200, … up to `limit`. AWS does not publish its delays. */
export function backOff(count: number, limit = 10_000): number {
  return Math.min(limit, 100 * 2 ** (count - 1));
}
