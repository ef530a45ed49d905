import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ContainerBlueprint } from '../../blueprint';
import { killGroup } from '../../process-group';
import type { Orphans } from './orphans';

/** A container that can run as a process. */
export type RunnableContainer = ContainerBlueprint & { readonly directory: string };

export interface ContainerOptions {
  /** All environment variables except `PATH` and `HOME`, and `HOST` unless it has one. */
  readonly environment: Readonly<Record<string, string>>;
  readonly orphans: Orphans;
  readonly print: (line: string, level: 'info' | 'warn') => void;
}

/**
 * A container's command, as a process on this machine in its image's folder. It inherits only `PATH` from this process. `HOST`
 * asks it to listen on loopback, because only the load balancer connects to it.
 */
export class Container {
  /** Resolves when the process has ended, to the reason: `exit code 1`, `SIGKILL`, or the error at its start. */
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
      // Not the user's home folder, so that the container does not read ~/.aws.
      env: { PATH: process.env.PATH, HOME: directory, HOST: '127.0.0.1', ...environment },
      // A separate process group: Ctrl-C in the terminal does not reach it directly, and all processes that it starts end with it.
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

  /**
   * Sends SIGTERM, then SIGKILL after the container's stop timeout, as ECS does.
   *
   * @param longestMs maximum milliseconds until SIGKILL, if that is less than the stop timeout
   */
  async stop(longestMs = Number.POSITIVE_INFINITY): Promise<void> {
    this.child.kill('SIGTERM');
    const timeoutMs = Math.min(this.blueprint.stopTimeoutSeconds * 1000, longestMs);
    const timer = setTimeout(() => killGroup(this.child), timeoutMs);
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
      // Kill the whole group, so that all processes that the command started end.
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
