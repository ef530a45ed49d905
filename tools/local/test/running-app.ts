import type { LogLine } from '../log-line';
import type { Running, StartOptions } from '../running';
import { start } from '../start';
import type { Endpoint } from '../urls';

/** An app that {@link start} runs, and its log. */
export class RunningApp {
  private constructor(
    private readonly app: Running,
    /** Every line of the log so far. */
    readonly log: LogLine[],
    private readonly watchers: Set<() => void>,
  ) {}

  static async start(assembly: string, options: Partial<StartOptions> = {}): Promise<RunningApp> {
    const log: LogLine[] = [];
    const watchers = new Set<() => void>();
    const app = await start({
      assembly,
      ...options,
      onEvent(event) {
        if (event.event === 'log') {
          log.push(event);
        }
        for (const watcher of watchers) {
          watcher();
        }
        watchers.clear();
      },
    });
    return new RunningApp(app, log, watchers);
  }

  /** DynamoDB and SQS. */
  get awsEndpoint(): string {
    return this.app.urls.aws;
  }

  /** Types of resources that are not emulated. */
  get notEmulated(): string[] {
    return this.app.blueprint.notEmulated.map(({ type }) => type);
  }

  /** @returns the URL of the only entry point of a kind, or of the one whose logical id begins with `logicalId`. */
  url(kind: Endpoint['kind'], logicalId = ''): string {
    return this.endpoint(kind, logicalId).url;
  }

  /** @returns the endpoint of the API for an SDK's management client */
  managementUrl(logicalId = ''): string {
    return this.endpoint('websocket', logicalId).managementUrl ?? '';
  }

  /** Waits for the first log line that matches. */
  async line(matches: (line: LogLine) => boolean): Promise<LogLine> {
    for (;;) {
      const found = this.log.find(matches);
      if (found) {
        return found;
      }
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
  }

  /** Runs the new code of the assembly. @returns the changes that it refuses */
  reload(): Promise<readonly string[]> {
    return this.app.reload();
  }

  /** @param now kills the processes, which ends open requests and sockets at once */
  stop(now?: boolean): Promise<void> {
    return this.app.stop(now);
  }

  private endpoint(kind: Endpoint['kind'], logicalId: string): Endpoint {
    const { endpoints } = this.app.urls;
    const found = endpoints.find((one) => one.kind === kind && one.logicalId.startsWith(logicalId));
    if (!found) {
      throw new Error(`No ${kind} endpoint ${logicalId} in ${JSON.stringify(endpoints)}`);
    }
    return found;
  }
}
