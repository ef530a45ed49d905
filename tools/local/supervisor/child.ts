import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Invocation, Log, LogLine } from '../log-line';
import type { Instruction, Report, Setup } from '../setup';
import { Checkpoints } from './checkpoints';
import { UserError } from '../user-error';

/** `.ts` in the repository, `.js` in the package, which is compiled. */
const EXTENSION = extname(__filename);

/** Lets the processes load TypeScript, even if this process was started with another loader. */
const LOADER = EXTENSION === '.ts' ? ['-r', join(__dirname, '../typescript.js')] : [];

/** Milliseconds before a crashed process restarts: `first`, doubled with each crash up to `last`, until `reset` without a crash. */
const RESTART = { first: 100, last: 5000, reset: 10_000 };

/** Maximum milliseconds for a process to stop: longer than the drain of the slowest container. */
const STOP = 130_000;

/** One of the processes of a run. It is restarted when it ends. */
export class Child {
  private process: ChildProcess | undefined;
  private setup: Setup | undefined;
  private stopping = false;
  private checkpoints = new Checkpoints(undefined);
  private delay = RESTART.first;
  /** Parts that do not work, a sentence each. */
  problems: readonly string[] = [];

  /** @param name - the folder of this package that holds its `process` module */
  constructor(
    private readonly name: LogLine['process'],
    private readonly log: Log,
    private readonly invoked: (invocation: Invocation) => void,
  ) {}

  /** Resolves when the process is ready. Throws a {@link UserError} if it cannot start. */
  async start(setup: Setup): Promise<void> {
    this.setup = setup;
    this.checkpoints = new Checkpoints(setup.data);
    await this.run(setup);
  }

  update(setup: Setup): void {
    this.setup = setup;
    this.tell({ update: setup });
  }

  /** Lets the process finish, and kills it if that takes too long, or immediately if `now` is true. */
  async stop(now = false): Promise<void> {
    this.stopping = true;
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const ended = once(child, 'exit');
    if (now) {
      child.kill('SIGKILL');
    }
    this.tell({ stop: true });
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP);
    await ended;
    clearTimeout(killer);
  }

  private async run(setup: Setup): Promise<void> {
    if (this.stopping) {
      return;
    }
    const child = fork(join(__dirname, '..', this.name, `process${EXTENSION}`), {
      execArgv: LOADER,
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.process = child;
    const ended = once(child, 'exit').then(([code, signal]) => `${signal ?? `exit code ${code}`}`);
    // Output that is not a report, such as fatal errors of Node.js.
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) {
        createInterface({ input: stream }).on('line', (text) => this.say('error', text));
      }
    }
    const ready = this.listen(child);
    this.tell({ start: { ...setup, checkpoints: this.checkpoints.all } });
    try {
      await Promise.race([ready, ended.then((how) => Promise.reject(new UserError(`it ended with ${how}`)))]);
    } catch (error) {
      child.kill('SIGKILL');
      await ended;
      throw new UserError(`The ${this.name} process could not start: ${(error as Error).message}`);
    }
    const since = performance.now();
    void ended.then((how) => {
      if (performance.now() - since > RESTART.reset) {
        this.delay = RESTART.first;
      }
      this.restart(`The ${this.name} process ended with ${how}`);
    });
  }

  /** Handles the reports of the process. Resolves when it is ready; rejects if it reports a failure before. */
  private listen(child: ChildProcess): Promise<void> {
    return new Promise((ready, fail) => {
      let started = false;
      child.on('message', (report: Report) => {
        if ('log' in report) {
          this.log(report.log);
        } else if ('invocation' in report) {
          this.invoked(report.invocation);
        } else if ('checkpoint' in report) {
          this.checkpoints.remember(report.checkpoint);
        } else if ('problems' in report) {
          this.problems = report.problems;
        } else if ('ready' in report) {
          started = true;
          ready();
        } else if (started) {
          this.say('error', report.failed);
        } else {
          fail(new Error(report.failed));
        }
      });
    });
  }

  private restart(reason: string): void {
    if (this.stopping) {
      return;
    }
    this.say('error', `${reason}; it starts again${this.dataLoss()}`);
    setTimeout(() => {
      if (this.setup) {
        this.run(this.setup).then(
          () => this.stopping || this.say('info', `The ${this.name} process serves again`),
          (error: Error) => this.restart(error.message),
        );
      }
    }, this.delay).unref();
    this.delay = Math.min(this.delay * 2, RESTART.last);
  }

  private dataLoss(): string {
    return this.name === 'aws' && !this.setup?.data ? ', with empty tables. Pass --data to keep them' : '';
  }

  private say(level: LogLine['level'], text: string): void {
    this.log({ process: this.name, level, text });
  }

  private tell(instruction: Instruction): void {
    if (this.process?.connected) {
      // The process can end before it receives the message: its exit is handled separately.
      this.process.send(instruction, () => undefined);
    }
  }
}
