/** Thrown if work takes too long. */
export class TimeUp extends Error {
  constructor(readonly milliseconds: number) {
    super(`no answer within ${Math.round(milliseconds) / 1000} s`);
    this.name = 'TimeUp';
  }
}

/**
 * Ends work after a time, even if it ignores its signal.
 *
 * @param milliseconds - after which the signal aborts, with TimeUp as its reason
 * @param work - its signal also aborts when the work ends, so that nothing of it goes on
 * @param outer - signal of the work that this one is a part of
 * @returns the result. Throws what the work throws, or the reason of the signal
 */
export async function within<T>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const stop = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => controller.abort(new TimeUp(milliseconds)), milliseconds);
  outer?.addEventListener('abort', stop, { once: true });
  if (outer?.aborted) {
    stop();
  }
  const aborted = new Promise<never>((_, reject) => {
    // Later than the work, which can say more about what did not answer.
    const end = () => setImmediate(() => reject(signal.reason));
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) {
      end();
    }
  });
  try {
    return await Promise.race([work(signal), aborted]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', stop);
    // The rejection that follows is handled by the race.
    controller.abort();
  }
}
