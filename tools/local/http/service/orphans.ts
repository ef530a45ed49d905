import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Reads the ids of all that runs, a line at a time, and kills the last line's when there is no more to read: which is when
 * this process has ended, however it ended. A shell costs next to nothing, and is there on every system that has signals.
 */
const KILL_WHAT_IS_LEFT = 'while read -r line; do left=$line; done; test -z "$left" || kill -s KILL -- $left';

/** Sees to it that no container outlives this process, even if it is killed. */
export class Orphans {
  private readonly shell: ChildProcess;
  private readonly exited: Promise<unknown>;
  private readonly groups = new Set<number>();

  constructor() {
    // In a group of its own, for a terminal's Ctrl-C goes to the whole group of this process.
    this.shell = spawn('/bin/sh', ['-c', KILL_WHAT_IS_LEFT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.exited = once(this.shell, 'exit');
  }

  /** @param group id of a process group */
  add(group: number): void {
    this.groups.add(group);
    this.tell();
  }

  delete(group: number): void {
    this.groups.delete(group);
    this.tell();
  }

  async close(): Promise<void> {
    this.shell.stdin?.end();
    await this.exited;
  }

  private tell(): void {
    this.shell.stdin?.write(`${[...this.groups].map((group) => -group).join(' ')}\n`);
  }
}
