import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Endpoint } from '../../../urls';
import { environment, type Project } from './project';

/** One line of the output with `--json`. */
interface Printed {
  readonly event: 'progress' | 'log' | 'ready';
  readonly text?: string;
  readonly level?: string;
  readonly endpoints?: readonly Endpoint[];
}

/** The command of the package, started in a project with `--json`. */
export class StartedCommand {
  private static readonly started = new Set<StartedCommand>();
  private readonly printed: Printed[] = [];
  private readonly watchers = new Set<() => void>();
  private readonly stderr: Promise<string>;
  private readonly exited: Promise<number | null>;

  private constructor(private readonly process: ChildProcess) {
    this.stderr = process.stderr ? text(process.stderr) : Promise.resolve('');
    this.exited = once(process, 'close').then(([code]) => {
      StartedCommand.started.delete(this);
      this.wake();
      return code;
    });
    StartedCommand.started.add(this);
    if (process.stdout) {
      createInterface({ input: process.stdout }).on('line', (line) => {
        this.printed.push(JSON.parse(line));
        this.wake();
      });
    }
  }

  /** @param folder - the folder of the project in which it runs */
  static start(project: Project, args: readonly string[], folder = '.'): StartedCommand {
    return new StartedCommand(
      spawn(project.bin, ['--json', '--port', '0', ...args], {
        cwd: join(project.folder, folder),
        env: environment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** Stops the commands that still run. */
  static async stopAll(): Promise<void> {
    await Promise.all([...StartedCommand.started].map((command) => command.stop()));
  }

  /** Waits for the event `ready`. @returns the URL of the first endpoint of a kind */
  async url(kind: Endpoint['kind']): Promise<string> {
    const { endpoints = [] } = await this.prints(({ event }) => event === 'ready');
    const found = endpoints.find((one) => one.kind === kind);
    if (!found) {
      throw new Error(`No ${kind} endpoint in ${JSON.stringify(endpoints)}`);
    }
    return found.url;
  }

  /** Waits for the first line that matches. Throws if the command ends before. */
  async prints(matches: (line: Printed) => boolean): Promise<Printed> {
    for (;;) {
      const found = this.printed.find(matches);
      if (found) {
        return found;
      }
      if (this.process.exitCode !== null) {
        throw new Error(`The command ended: ${JSON.stringify(this.printed)} ${await this.stderr}`);
      }
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
  }

  /** Waits for the end of the command. */
  async end(): Promise<{ readonly code: number | null; readonly stderr: string }> {
    return { code: await this.exited, stderr: await this.stderr };
  }

  /** Stops the command, as Ctrl-C does. */
  stop(): ReturnType<StartedCommand['end']> {
    this.process.kill('SIGINT');
    return this.end();
  }

  private wake(): void {
    for (const watcher of this.watchers) {
      watcher();
    }
    this.watchers.clear();
  }
}
