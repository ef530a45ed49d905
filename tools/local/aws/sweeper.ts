import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log-line';

/** Runs a task repeatedly, never twice at the same time. */
export class Sweeper {
  private readonly closing = new AbortController();
  private readonly done: Promise<void>;

  constructor(
    private readonly everyMs: number,
    private readonly log: Log,
    private readonly sweep: () => Promise<unknown>,
  ) {
    this.done = this.run();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.done;
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      await this.sweep().catch((error: Error) =>
        this.log({
          process: 'aws',
          level: 'error',
          text: `Deleting expired items and records failed: ${error.message}`,
        }),
      );
      await sleep(this.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
