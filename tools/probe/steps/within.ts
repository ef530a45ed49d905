import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for the promise, at most for so many milliseconds. Rejects after the signal. */
export async function within(ms: number, promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const timer = new AbortController();
  const stop = () => timer.abort();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([promise, sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined)]);
  } finally {
    timer.abort();
    signal.removeEventListener('abort', stop);
  }
  signal.throwIfAborted();
}
