import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { LogLine } from '../../local/log-line';

const ROOT = join(__dirname, '../..');

/** The object that the runner prints when everything serves. */
export interface Ready {
  readonly endpoints: readonly {
    readonly kind: 'http' | 'websocket';
    readonly logicalId: string;
    readonly url: string;
    readonly managementUrl?: string;
  }[];
  readonly awsEndpoint: string;
}

/** How the runner ended, and what it said. */
interface End {
  readonly code: number | null;
  readonly stderr: string;
}

/** An assembly that `npm start` runs, as a process of its own, with everything it prints. */
export class RunningApp {
  /** Every line of the log so far. */
  readonly log: LogLine[] = [];
  ready!: Ready;
  private readonly watchers = new Set<() => void>();

  private readonly ended: Promise<End>;

  private constructor(private readonly runner: ChildProcess) {
    this.ended = endOf(runner);
  }

  /** Resolves when the app serves; throws what the runner said if it ends instead. */
  static async start(assembly: string, options: readonly string[] = []): Promise<RunningApp> {
    const runner = startRunner(assembly, options);
    const app = new RunningApp(runner);
    const ready = new Promise<Ready>((resolve) =>
      createInterface({ input: required(runner.stdout) }).on('line', (line) => {
        const object = JSON.parse(line);
        if (object.event === 'ready') {
          resolve(object);
        } else if (object.event === 'log') {
          app.heard(object);
        }
      }),
    );
    const first = await Promise.race([ready, app.ended]);
    if ('code' in first) {
      throw new Error(`The runner ended with ${first.code}: ${first.stderr}`);
    }
    app.ready = first;
    return app;
  }

  /** @returns the URL of the only entry point of a kind, or of the one whose logical id begins so. */
  url(kind: 'http' | 'websocket', logicalId = ''): string {
    return this.endpoint(kind, logicalId).url;
  }

  /** What an SDK's management client takes as the endpoint of the API. */
  managementUrl(logicalId = ''): string {
    return required(this.endpoint('websocket', logicalId).managementUrl);
  }

  /** @returns the first line that is so, as soon as there is one. */
  async line(matches: (line: LogLine) => boolean): Promise<LogLine> {
    for (;;) {
      const found = this.log.find(matches);
      if (found) {
        return found;
      }
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
  }

  /** Ctrl-C. Throws unless the runner ends with 0, and everything that it started has ended with it. */
  async stop(): Promise<void> {
    const started = descendants(required(this.runner.pid));
    this.runner.kill('SIGINT');
    const { code } = await this.ended;
    const left = started.filter(isRunning);
    if (code !== 0 || left.length > 0) {
      throw new Error(`The runner ended with ${code}, and left running: ${left.join(', ') || 'nothing'}`);
    }
  }

  private endpoint(kind: 'http' | 'websocket', logicalId: string): Ready['endpoints'][number] {
    return required(
      this.ready.endpoints.find((endpoint) => endpoint.kind === kind && endpoint.logicalId.startsWith(logicalId)),
    );
  }

  private heard(line: LogLine): void {
    this.log.push(line);
    for (const watcher of this.watchers) {
      watcher();
    }
    this.watchers.clear();
  }
}

/** Runs an assembly that cannot run. */
export async function refusal(assembly: string): Promise<End> {
  const runner = startRunner(assembly, []);
  required(runner.stdout).resume();
  return endOf(runner);
}

function startRunner(assembly: string, options: readonly string[]): ChildProcess {
  return spawn(
    process.execPath,
    [
      '-r',
      join(ROOT, 'bin/typescript.js'),
      join(ROOT, 'local/main.ts'),
      '--json',
      '--port',
      '0',
      '--app',
      assembly,
      ...options,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
}

async function endOf(runner: ChildProcess): Promise<End> {
  const [stderr, [code]] = await Promise.all([text(required(runner.stderr)), once(runner, 'close')]);
  return { code, stderr };
}

/** Ids of the processes that a process has started, and that those have, and so on. */
function descendants(ancestor: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const processes = table
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    processes.flatMap(([pid = 0, ppid]) => (ppid === parent ? [pid, ...below(pid)] : []));
  return below(ancestor);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function required<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) {
    throw new Error('expected to be there');
  }
  return value;
}
