import type { LogLine } from '../log-line';
import { type Printed, run, StartedRunner } from './started-runner';

/** An assembly that `npm start` runs. */
export class RunningApp {
  private constructor(private readonly runner: StartedRunner) {}

  /** Resolves when the app serves; throws what the runner said if it ends instead. */
  static async start(assembly: string, options: readonly string[] = []): Promise<RunningApp> {
    return new RunningApp(await StartedRunner.start(['--app', assembly, ...options]));
  }

  get ready(): Required<Pick<Printed, 'endpoints' | 'awsEndpoint'>> {
    return this.runner.ready;
  }

  /** Where the app's user pool gives tokens. */
  get tokenUrl(): string {
    return this.runner.tokenUrl;
  }

  /** Every line of the log so far. */
  get log(): LogLine[] {
    return this.runner.printed.filter(isLogLine);
  }

  /** @returns the URL of the only entry point of a kind, or of the one whose logical id begins so. */
  url(kind: 'http' | 'websocket', logicalId = ''): string {
    return this.runner.url(kind, logicalId);
  }

  /** What an SDK's management client takes as the endpoint of the API. */
  managementUrl(logicalId = ''): string {
    const { managementUrl } = this.runner.endpoint('websocket', logicalId);
    if (!managementUrl) {
      throw new Error(`${logicalId} has no management URL`);
    }
    return managementUrl;
  }

  /** @returns the first line that is so, as soon as there is one. */
  async line(matches: (line: LogLine) => boolean): Promise<LogLine> {
    return (await this.runner.says((printed) => isLogLine(printed) && matches(printed))) as Printed & LogLine;
  }

  /** Ctrl-C. Throws unless the runner ends with 0; resolves when everything that it started has ended with it. */
  async stop(): Promise<void> {
    const code = await this.runner.stop();
    if (code !== 0) {
      throw new Error(`The runner ended with ${code}`);
    }
  }
}

/** Runs an assembly that cannot run. */
export async function refusal(assembly: string): Promise<{ code: number; stderr: string }> {
  const { code, stderr } = await run(['--json', '--port', '0', '--app', assembly]);
  return { code, stderr };
}

function isLogLine(printed: Printed): printed is Printed & LogLine {
  return printed.event === 'log';
}
