import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';

/** One of two processors: the one for HTTP, or the one for sockets. */
export type Side = 'http' | 'socket';

/** Busy and idle time of a processor, in milliseconds. */
export interface Usage {
  readonly busy: number;
  readonly idle: number;
}

/**
 * The highest priority that is not real time. A real-time thread keeps a processor for up to 100 ms, so threads of Node.js
 * would wait for each other that long: `perf sched` shows runs of 88 ms. With this priority the longest run was 7 ms.
 */
const HIGHEST_PRIORITY = ['-n', '-20'];

/** Real-time priority, for a thread that seldom runs but must wake up on time. */
const REAL_TIME = ['-r', '1'];

/**
 * Two processors of this machine, each in place of a separate machine: one for HTTP, one for sockets. Processes are pinned
 * to them. Without `taskset` (Linux only) or with a single processor, processes are not pinned.
 *
 * With root privileges, processes on HTTP's processor have a higher priority than other work of the machine, so that other
 * work does not affect the latency. The storm runs on the other processor, except for what a contender itself does here.
 */
export class Cores {
  private constructor(
    private readonly ofSide: Readonly<Record<Side, number>> | undefined,
    /** True if this user can raise priorities. */
    readonly privileged: boolean,
  ) {}

  /** Uses the first two processors that are available to this process. */
  static ofThisMachine(): Cores {
    const { stdout } = spawnSync('taskset', ['-cp', `${process.pid}`], { encoding: 'utf8' });
    // "pid 42's current affinity list: 0,1"
    const [http, socket] = processorsIn(stdout?.split(':')[1]?.trim() ?? '');
    if (http === undefined || socket === undefined) {
      return new Cores(undefined, false);
    }
    return new Cores(
      { http, socket },
      spawnSync('chrt', [...REAL_TIME, 'nice', ...HIGHEST_PRIORITY, 'true']).status === 0,
    );
  }

  get pinned(): boolean {
    return this.ofSide !== undefined;
  }

  /** @returns a command that runs the given command on a side */
  command(side: Side, command: readonly string[]): readonly string[] {
    const priority = this.privileged && side === 'http' ? ['nice', ...HIGHEST_PRIORITY] : [];
    return this.ofSide ? ['taskset', '-c', `${this.ofSide[side]}`, ...priority, ...command] : command;
  }

  /** Gives a running process real-time priority, so that it wakes up on time. */
  runInRealTime(pid: number): void {
    if (this.privileged) {
      execFileSync('chrt', ['-a', '-p', ...REAL_TIME, `${pid}`]);
    }
  }

  /** Moves running processes with all their threads. Their later child processes follow. */
  move(side: Side, pids: readonly number[]): void {
    for (const pid of this.ofSide ? pids : []) {
      execFileSync('taskset', ['-acp', `${this.ofSide?.[side]}`, `${pid}`]);
      if (this.privileged && side === 'http') {
        execFileSync('renice', [...HIGHEST_PRIORITY, '-p', ...readdirSync(`/proc/${pid}/task`)]);
      }
    }
  }

  /** Usage since the machine started; undefined if processes are not pinned. */
  usage(side: Side): Usage | undefined {
    const times = this.ofSide && cpus()[this.ofSide[side]]?.times;
    return times && { busy: times.user + times.nice + times.sys + times.irq, idle: times.idle };
  }
}

/** @returns the busy share of the time between two readings, from 0 to 1 */
export function busyShare(before: Usage, after: Usage): number {
  const busy = after.busy - before.busy;
  return busy / (busy + after.idle - before.idle);
}

/** Parses a list of processors in the kernel's format: `0-2,5` → 0, 1, 2, 5. Returns no number for other text. */
export function processorsIn(list: string): number[] {
  return [...list.matchAll(/(\d+)(?:-(\d+))?/g)].flatMap(([, first, last = first]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index),
  );
}
