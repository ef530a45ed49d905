import { after, type Clock } from './clock';

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

/** Resolves after a time, or when the signal is aborted. Leaves no timer and no listener. */
export async function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  const undo: (() => void)[] = [];
  await new Promise<void>((resolve) => undo.push(after(clock, milliseconds, resolve), onAbort(signal, resolve)));
  undo.forEach((each) => each());
}
