import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ContainerBlueprint } from '../../blueprint';
import { killGroup } from '../../process-group';
import type { Orphans } from './orphans';

/** A container that can run as a process. */
export type RunnableContainer = ContainerBlueprint & { readonly directory: string };

export interface ContainerOptions {
  /** All environment variables except `PATH` and `HOME`, and `HOST` unless it has one. */
  readonly environment: Readonly<Record<string, string>>;
  /** Port in the template → local port. */
  readonly ports: ReadonlyMap<number, number>;
  readonly orphans: Orphans;
  readonly print: (line: string, level: 'info' | 'warn') => void;
}

/** Makes the Node.js processes of a container listen on loopback, on the ports of their task. */
const LISTEN = join(__dirname, '../../images/listen.js');

/** Maximum milliseconds from the end of a container until its output has been read. */
const LAST_OUTPUT = 500;

/** Number of lines of the output that explain the end of a container. */
const LAST_LINES = 30;

/**
 * A container's command, as a process on this machine in its image's folder. It inherits only `PATH` from this process. `HOST`
 * asks it to listen on loopback, because only the load balancer connects to it; Node.js does so in any case.
 */
export class Container {
  /** Resolves when the process has ended, to the reason: `exit code 1`, `SIGKILL`, or the error at its start. */
  readonly exited: Promise<string>;
  private readonly child: ChildProcess;
  /** Not the user's home folder, so that the container does not read `~/.aws`. Each task has its own, as on AWS. */
  private readonly home = mkdtempSync(join(tmpdir(), 'twinlane-container-'));
  private readonly output: string[] = [];

  constructor(
    private readonly blueprint: RunnableContainer,
    { environment, ports, orphans, print }: ContainerOptions,
  ) {
    const { command, directory, programs = [] } = blueprint;
    const [program = '', ...args] = command;
    this.child = spawn(program === 'node' ? process.execPath : program, args, {
      cwd: directory,
      env: {
        PATH: [...programs, process.env.PATH].join(delimiter),
        HOME: this.home,
        HOST: '127.0.0.1',
        ...environment,
        NODE_OPTIONS: [environment.NODE_OPTIONS, `--require ${JSON.stringify(LISTEN)}`].filter(Boolean).join(' '),
        TWINLANE_TASK_PORTS: JSON.stringify(Object.fromEntries(ports)),
      },
      // A separate process group: Ctrl-C in the terminal does not reach it directly, and all processes that it starts end with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = this.end(orphans);
    if (this.child.pid) {
      orphans.add(this.child.pid);
    }
    const keep = (line: string) => {
      this.output.splice(0, this.output.length - LAST_LINES + 1);
      this.output.push(line);
    };
    for (const [stream, level] of [[this.child.stdout, 'info'] as const, [this.child.stderr, 'warn'] as const]) {
      printLines(stream, (line) => {
        keep(line);
        print(line, level);
      });
    }
  }

  /** The line of its last output that names an error, or else the last line; '' without output. */
  get lastWords(): string {
    return (this.output.findLast((line) => /\b\w*Error\b.*:/.test(line)) ?? this.output.at(-1) ?? '').trim();
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
      const closed = once(this.child, 'close').catch(() => undefined);
      const [code, signal] = await once(this.child, 'exit');
      // Kill the whole group, so that all processes that the command started end. Then its last output is read.
      killGroup(this.child);
      await Promise.race([closed, delay(LAST_OUTPUT)]);
      return signal ?? `exit code ${code}`;
    } catch (error) {
      return (error as Error).message;
    } finally {
      orphans.delete(this.child.pid ?? 0);
      rmSync(this.home, { recursive: true, force: true });
    }
  }
}

function printLines(output: Readable | null, print: (line: string) => void): void {
  if (output) {
    createInterface({ input: output }).on('line', print);
  }
}
