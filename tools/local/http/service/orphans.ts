import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Shell script that reads lines with the ids of all running process groups. At the end of its input, when this process has
 * ended for any reason, it kills the groups of the last line. A shell costs little and exists on every system with signals.
 */
const KILL_REMAINING = 'while read -r line; do left=$line; done; test -z "$left" || kill -s KILL -- $left';

/** Ensures that no container outlives this process, even if it is killed. */
export class Orphans {
  private readonly shell: ChildProcess;
  private readonly exited: Promise<unknown>;
  private readonly groups = new Set<number>();

  constructor() {
    // A separate process group, because Ctrl-C in a terminal goes to the whole group of this process.
    this.shell = spawn('/bin/sh', ['-c', KILL_REMAINING], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
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
