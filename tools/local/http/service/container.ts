import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ContainerBlueprint } from '../../blueprint';
import { killGroup } from '../../process-group';
import type { Orphans } from './orphans';

/** A container with what it needs to run as a process. */
export type RunnableContainer = ContainerBlueprint & { readonly directory: string };

export interface ContainerOptions {
  /** All of it, beside `PATH` and `HOME`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly orphans: Orphans;
  readonly print: (line: string, level: 'info' | 'warn') => void;
}

/** A container's command, as a process on this machine, in its image's folder. It sees nothing of this process's environment but `PATH`. */
export class Container {
  /** Settles when it has ended, with how: `exit code 1`, `SIGKILL`, or why it could not start. */
  readonly exited: Promise<string>;
  private readonly child: ChildProcess;

  constructor(
    private readonly blueprint: RunnableContainer,
    { environment, orphans, print }: ContainerOptions,
  ) {
    const { command, directory } = blueprint;
    const [program = '', ...args] = command;
    this.child = spawn(program === 'node' ? process.execPath : program, args, {
      cwd: directory,
      // Its home is not the person's: nothing is read from ~/.aws.
      env: { PATH: process.env.PATH, HOME: directory, ...environment },
      // A group of its own: Ctrl-C in the terminal reaches it as a drain, not at once; and all it starts ends with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = this.end(orphans);
    if (this.child.pid) {
      orphans.add(this.child.pid);
    }
    printLines(this.child.stdout, (line) => print(line, 'info'));
    printLines(this.child.stderr, (line) => print(line, 'warn'));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** SIGTERM, then SIGKILL after the container's stop timeout: as ECS does. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => killGroup(this.child), this.blueprint.stopTimeoutSeconds * 1000);
    await this.exited;
    clearTimeout(timer);
  }

  private async end(orphans: Orphans): Promise<string> {
    try {
      const [code, signal] = await once(this.child, 'exit');
      return signal ?? `exit code ${code}`;
    } catch (error) {
      return (error as Error).message;
    } finally {
      // The whole group: what the command has started ends with it.
      killGroup(this.child);
      orphans.delete(this.child.pid ?? 0);
    }
  }
}

function printLines(output: Readable | null, print: (line: string) => void): void {
  if (output) {
    createInterface({ input: output }).on('line', print);
  }
}
