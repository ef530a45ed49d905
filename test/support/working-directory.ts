import { execFileSync } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';
import type { RunningProcess } from './processes';

/** @returns the working directory of a process; undefined if the process has ended. */
export function workingDirectory({ pid }: Pick<RunningProcess, 'pid'>): string | undefined {
  try {
    return existsSync('/proc/self/cwd') ? readlinkSync(`/proc/${pid}/cwd`) : fromLsof(pid);
  } catch {
    return undefined;
  }
}

function fromLsof(pid: number): string | undefined {
  const table = execFileSync('lsof', ['-a', '-p', `${pid}`, '-d', 'cwd', '-Fn'], { encoding: 'utf8' });
  return /^n(.*)$/m.exec(table)?.[1];
}
