/** Receivers that wait for a message. */
export class Arrivals {
  private readonly waiting = new Set<() => void>();

  announce(): void {
    for (const arrived of this.waiting) {
      arrived();
    }
  }

  /** Resolves when an arrival is announced, when the time is over, or when the signal aborts. */
  next(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal.addEventListener('abort', done);
      this.waiting.add(done);
    });
  }
}
