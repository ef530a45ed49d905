import type { Clock } from './clock';

/**
 * Runs a function when a signal is aborted, or now if it is. `AbortSignal.any` and `throwIfAborted` are missing in Safari
 * before 17.4 and in React Native.
 *
 * @returns a function that removes the listener
 */
export function onAbort(signal: AbortSignal | undefined, run: () => void): () => void {
  if (signal?.aborted) {
    run();
  } else {
    signal?.addEventListener('abort', run);
  }
  return () => signal?.removeEventListener('abort', run);
}

/** Resolves after a time, or when the signal is aborted, which it must not be yet. Leaves no timer and no listener. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
