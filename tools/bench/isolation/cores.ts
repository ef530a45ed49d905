import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';

/** What runs on the processor of HTTP, and what on that of sockets. */
export type Side = 'http' | 'socket';

/** How long a processor has worked and rested, in milliseconds. */
export interface Usage {
  readonly busy: number;
  readonly idle: number;
}

/**
 * The most that is not real time. Real-time threads keep a processor for as long as 100 ms: Node's own then wait for each
 * other so long, and `perf sched` shows runs of 88 ms that no request asked for. With this one the longest was 7 ms.
 */
const FIRST = ['-n', '-20'];

/** What must be woken in time, whatever else works: a real-time thread that hardly runs. */
const REAL_TIME = ['-r', '1'];

/**
 * Two processors of this machine, each a stand-in for a machine: one side has one, the other the other, and the kernel moves
 * nothing between them. Where it cannot be so (no `taskset`, which is Linux's, or a single processor), everything runs
 * anywhere.
 *
 * Where the user may (root), what is on HTTP's side also comes before other work of the machine, whose latency would be measured
 * otherwise. Nothing of a storm is on that side but what a contender has there.
 */
export class Cores {
  private constructor(
    private readonly ofSide: Readonly<Record<Side, number>> | undefined,
    /** Whether priorities may be raised. */
    readonly privileged: boolean,
  ) {}

  /** The first two that this process may use. */
  static ofThisMachine(): Cores {
    const { stdout } = spawnSync('taskset', ['-cp', `${process.pid}`], { encoding: 'utf8' });
    // "pid 42's current affinity list: 0,1"
    const [http, socket] = processorsIn(stdout?.split(':')[1]?.trim() ?? '');
    if (http === undefined || socket === undefined) {
      return new Cores(undefined, false);
    }
    return new Cores({ http, socket }, spawnSync('chrt', [...REAL_TIME, 'nice', ...FIRST, 'true']).status === 0);
  }

  get pinned(): boolean {
    return this.ofSide !== undefined;
  }

  /** @returns the command that runs a command on a side. */
  command(side: Side, command: readonly string[]): readonly string[] {
    const priority = this.privileged && side === 'http' ? ['nice', ...FIRST] : [];
    return this.ofSide ? ['taskset', '-c', `${this.ofSide[side]}`, ...priority, ...command] : command;
  }

  /** Has a running process woken in time, whatever else works on its processor. */
  wakeInTime(pid: number): void {
    if (this.privileged) {
      execFileSync('chrt', ['-a', '-p', ...REAL_TIME, `${pid}`]);
    }
  }

  /** Moves running processes, each with all its threads. What they start from now on follows them. */
  move(side: Side, pids: readonly number[]): void {
    for (const pid of this.ofSide ? pids : []) {
      execFileSync('taskset', ['-acp', `${this.ofSide?.[side]}`, `${pid}`]);
      if (this.privileged && side === 'http') {
        execFileSync('renice', [...FIRST, '-p', ...readdirSync(`/proc/${pid}/task`)]);
      }
    }
  }

  /** Since the machine started; undefined where nothing is pinned. */
  usage(side: Side): Usage | undefined {
    const times = this.ofSide && cpus()[this.ofSide[side]]?.times;
    return times && { busy: times.user + times.nice + times.sys + times.irq, idle: times.idle };
  }
}

/** @returns how much of the time between two readings was work, from 0 to 1. */
export function busyShare(before: Usage, after: Usage): number {
  const busy = after.busy - before.busy;
  return busy / (busy + after.idle - before.idle);
}

/** @returns the numbers in a list as the kernel writes it: `0-2,5` → 0, 1, 2, 5; none of any other text. */
export function processorsIn(list: string): number[] {
  return [...list.matchAll(/(\d+)(?:-(\d+))?/g)].flatMap(([, first, last = first]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index),
  );
}
