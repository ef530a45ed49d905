import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Log, LogLine } from '../log-line';
import type { Instruction, Report, Setup } from '../setup';
import { Refusal } from './refusal';

/** A part that crashes is started again after so many milliseconds, doubled each time, and no later than the second number. */
const RESTART = { first: 100, last: 5000 };

/** A part that stops takes no longer than this, in milliseconds: longer than the drain of the slowest container. */
const STOP = 130_000;

/** A part of the runner in a process of its own, started again when it dies. */
export class Child {
  private process: ChildProcess | undefined;
  private setup: Setup | undefined;
  private stopping = false;
  private readonly checkpoints: Record<string, Record<string, string>> = {};
  private delay = RESTART.first;

  /** @param name - the folder in `local` that holds the part's `process.ts` */
  constructor(
    readonly name: LogLine['lane'],
    private readonly log: Log,
  ) {}

  /** Process id, to kill it by in a test. */
  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Resolves when the part serves; throws a {@link Refusal} if it cannot. */
  async start(setup: Setup): Promise<void> {
    this.setup = setup;
    const child = fork(join(__dirname, '..', this.name, 'process.ts'), { serialization: 'advanced' });
    this.process = child;
    await new Promise<void>((ready, fail) => {
      const refuse = (reason: string) => fail(new Refusal(reason));
      child.on('message', (report: Report) => {
        if ('log' in report) {
          this.log(report.log);
        } else if ('checkpoint' in report) {
          const { mapping, shardId, sequenceNumber } = report.checkpoint;
          this.checkpoints[mapping] = { ...this.checkpoints[mapping], [shardId]: sequenceNumber };
        } else if ('failed' in report) {
          refuse(report.failed);
          this.log({ lane: this.name, level: 'error', text: report.failed });
        } else {
          ready();
        }
      });
      child.once('exit', (code, signal) =>
        refuse(`The ${this.name} process ended with ${signal ?? code} before it was ready`),
      );
      this.tell({ start: { ...setup, checkpoints: this.checkpoints } });
    });
    child.once('exit', (code, signal) => this.restart(`${signal ?? code}`));
  }

  update(setup: Setup): void {
    this.setup = setup;
    this.tell({ update: setup });
  }

  /** Lets the part finish; kills it if it does not, or at once. */
  async stop(now = false): Promise<void> {
    this.stopping = true;
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const ended = once(child, 'exit');
    this.tell({ stop: true });
    const killer = setTimeout(() => child.kill('SIGKILL'), now ? 0 : STOP);
    await ended;
    clearTimeout(killer);
  }

  private tell(instruction: Instruction): void {
    if (this.process?.connected) {
      this.process.send(instruction);
    }
  }

  private restart(reason: string): void {
    if (this.stopping || !this.setup) {
      return;
    }
    const setup = this.setup;
    this.log({
      lane: this.name,
      level: 'error',
      text: `The ${this.name} process ended with ${reason}; starting it again`,
    });
    setTimeout(() => {
      if (!this.stopping) {
        this.start(setup).then(
          () => this.log({ lane: this.name, level: 'info', text: `The ${this.name} process serves again` }),
          (error: Error) => this.restart(error.message),
        );
      }
    }, this.delay);
    this.delay = Math.min(this.delay * 2, RESTART.last);
  }
}
