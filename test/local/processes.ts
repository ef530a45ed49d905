import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  /** What it was started with. */
  readonly command: string;
}

/** @returns every process that one has started, and that those have, and so on. */
export function descendants(ancestor: number): RunningProcess[] {
  const all = running();
  const below = (parent: number): RunningProcess[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(ancestor);
}

/** Resolves when none of them runs. */
export async function ended(processes: readonly Pick<RunningProcess, 'pid'>[]): Promise<void> {
  while (running().some(({ pid }) => processes.some((one) => one.pid === pid))) {
    await pause(50);
  }
}

/** All of this machine; those that have ended and that nobody has asked about do not run. */
function running(): RunningProcess[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  return [...table.matchAll(/^ *(\d+) +(\d+) +([^Z ]\S*) +(.*)$/gm)].map(([, pid, parent, , command = '']) => ({
    pid: Number(pid),
    parent: Number(parent),
    command,
  }));
}
