import { type LogLine, type Running, start, type StartOptions } from '../../tools/local';

/** An app on this machine that this process starts, and its log. */
export class LocalApp {
  private readonly watchers = new Set<() => void>();
  /** Every line of the log so far. */
  readonly log: LogLine[] = [];

  private constructor(private readonly app: Pick<Running, 'urls' | 'blueprint' | 'reload' | 'stop'>) {}

  /** Resolves when the app serves. */
  static async start(assembly: string, options: Partial<StartOptions> = {}): Promise<LocalApp> {
    const early: LogLine[] = [];
    let record = (line: LogLine): unknown => early.push(line);
    const onEvent: StartOptions['onEvent'] = (event) => event.event === 'log' && record(event);
    const running = await start({ assembly, ...options, onEvent });
    const app = new LocalApp(running);
    app.log.push(...early);
    record = (line) => app.record(line);
    return app;
  }

  get urls(): Running['urls'] {
    return this.app.urls;
  }

  get blueprint(): Running['blueprint'] {
    return this.app.blueprint;
  }

  /** Waits for a matching line, including lines already logged. @returns the first one */
  async line(matches: (line: LogLine) => boolean): Promise<LogLine> {
    // Each line once: a test can log ten thousand of them.
    let next = 0;
    for (;;) {
      const found = this.log.slice(next).find(matches);
      if (found) {
        return found;
      }
      next = this.log.length;
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
  }

  /** Runs the code of the assembly as it is now. Throws if it changed in more than code. */
  async reload(): Promise<void> {
    const changes = await this.app.reload();
    if (changes.length > 0) {
      throw new Error(`The assembly differs in more than code: ${changes.join(', ')}`);
    }
  }

  async stop(): Promise<void> {
    await this.app.stop();
  }

  private record(line: LogLine): void {
    this.log.push(line);
    for (const watcher of this.watchers) {
      watcher();
    }
    this.watchers.clear();
  }
}
