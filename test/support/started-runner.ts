import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { descendants, ended, type RunningProcess } from './processes';
import { workingDirectory } from './working-directory';

const ROOT = join(__dirname, '../..');

/** The command of the package; `npm start` is `tools/demo/main.ts`. */
const PROGRAM = 'tools/local/main.ts';

/** Command of the containers of both lanes. */
const TASK = 'node index.js';

/** Folder that only the image of the HTTP lane has. */
const DOCUMENTATION = 'documentation';

type Lane = 'http' | 'websocket';

/** An entry point, as the runner prints it. */
export interface Endpoint {
  readonly kind: 'http' | 'websocket' | 'token';
  readonly logicalId: string;
  readonly url: string;
  readonly managementUrl?: string;
}

/** An object that the runner printed. */
export interface Printed {
  readonly event: 'progress' | 'log' | 'ready';
  readonly process?: string;
  readonly level?: string;
  readonly text?: string;
  readonly of?: string;
  readonly endpoints?: readonly Endpoint[];
  readonly awsEndpoint?: string;
  readonly tokenUrl?: string;
  readonly pageUrl?: string;
}

/** A command that runs an app with `--json --port 0`, with its output and its processes. */
export class StartedRunner {
  readonly printed: Printed[] = [];
  private readonly watchers = new Set<() => void>();
  private readonly exited: Promise<number | null>;

  private constructor(private readonly process: ChildProcess) {
    this.exited = once(process, 'close').then(([code]) => code);
    for (const output of [process.stdout, process.stderr]) {
      createInterface({ input: required(output) }).on('line', (line) => this.record(line));
    }
  }

  /**
   * Resolves when the app serves.
   *
   * @param root - the folder of the project
   * @param program - the script to run, relative to `root`
   */
  static async start(args: readonly string[], root = ROOT, program = PROGRAM): Promise<StartedRunner> {
    const runner = new StartedRunner(startRunner(['--json', '--port', '0', ...args], root, program));
    const code = await Promise.race([runner.says(({ event }) => event === 'ready'), runner.exited]);
    if (typeof code !== 'object' || code === null) {
      throw new Error(`The runner ended with ${code}: ${JSON.stringify(runner.printed)}`);
    }
    return runner;
  }

  get pid(): number {
    return required(this.process.pid);
  }

  get ready(): Required<Pick<Printed, 'endpoints' | 'awsEndpoint'>> {
    const { endpoints, awsEndpoint } = required(this.printed.find(({ event }) => event === 'ready'));
    return { endpoints: required(endpoints), awsEndpoint: required(awsEndpoint) };
  }

  /** URL at which the app's user pool issues tokens. Throws if it has none. */
  get tokenUrl(): string {
    return required(this.printed.find(({ event }) => event === 'ready')?.tokenUrl);
  }

  /** URL of the demo page. Throws if there is none. */
  get pageUrl(): string {
    return required(this.printed.find(({ event }) => event === 'ready')?.pageUrl);
  }

  /** @returns the first entry point of a kind whose logical id has this prefix. */
  endpoint(kind: Endpoint['kind'], logicalId = ''): Endpoint {
    return required(this.ready.endpoints.find((one) => one.kind === kind && one.logicalId.startsWith(logicalId)));
  }

  url(kind: Endpoint['kind'], logicalId = ''): string {
    return this.endpoint(kind, logicalId).url;
  }

  /** Waits for a matching object, not counting the first `from` objects. @returns the first one */
  async says(matches: (printed: Printed) => boolean, from = 0): Promise<Printed> {
    // Each object once: a test can print ten thousand of them.
    let next = from;
    for (;;) {
      const found = this.printed.slice(next).find(matches);
      if (found) {
        return found;
      }
      next = this.printed.length;
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
  }

  /** @returns a process of the runner or a container: `http`, `http task`, `websocket task`. */
  child(name: string): RunningProcess {
    const [lane, isTask] = name.split(' ') as [Lane, string?];
    const command = `local/${name}/process.ts`;
    return required(isTask ? this.tasks(lane)[0] : descendants(this.pid).find((one) => one.command.includes(command)));
  }

  /** Kills a process of the runner, or a container. Resolves when it, or the container that replaces it, serves. */
  async crash(name: string): Promise<void> {
    const from = this.printed.length;
    process.kill(this.child(name).pid, 'SIGKILL');
    const healthy = name.endsWith(' task') ? /is healthy/ : undefined;
    await this.says(({ text = '' }) => healthy?.test(text) ?? text === `The ${name} process serves again`, from);
  }

  /** @returns the containers of a lane's service that run. */
  tasks(lane: Lane): RunningProcess[] {
    return descendants(this.pid).filter((one) => {
      const folder = workingDirectory(one);
      const isHttp = existsSync(join(folder ?? '', DOCUMENTATION));
      return one.command.includes(TASK) && folder !== undefined && isHttp === (lane === 'http');
    });
  }

  /** Sends a signal to the runner and waits until it and all its processes have ended. @returns its exit code */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    const started = descendants(this.pid);
    this.process.kill(signal);
    const code = await this.exited;
    await ended(started);
    return code;
  }

  private record(line: string): void {
    this.printed.push(JSON.parse(line));
    for (const watcher of this.watchers) {
      watcher();
    }
    this.watchers.clear();
  }
}

/** Runs the command until it exits. */
export async function run(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const runner = startRunner(args, ROOT, PROGRAM);
  const [stdout, stderr, [code]] = await Promise.all([
    text(required(runner.stdout)),
    text(required(runner.stderr)),
    once(runner, 'close'),
  ]);
  return { code, stdout, stderr };
}

function startRunner(args: readonly string[], root: string, program: string): ChildProcess {
  return spawn(process.execPath, ['-r', './bin/typescript.js', program, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function required<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) {
    throw new Error('expected a value');
  }
  return value;
}
