import { type ChildProcess, fork, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { basename, join } from 'node:path';
import type { Cores, Side } from './cores';

/** A child process of the benchmark, pinned to a side. Answers one request at a time, and exits with the benchmark. */
export class BenchmarkProcess<Request, Answer> {
  private readonly exited: Promise<never>;

  private constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
  ) {
    this.exited = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`The ${this.name} process exited with ${signal ?? code}`);
    });
    // The error is reported by `send`. Without a pending request it is ignored.
    this.exited.catch(() => undefined);
  }

  /** @param name - name of a file in `processes` */
  static start<Request extends object, Answer>(
    name: string,
    side: Side,
    cores: Cores,
  ): BenchmarkProcess<Request, Answer> {
    const [execPath = '', ...execArgv] = cores.command(side, [process.execPath, ...process.execArgv]);
    return BenchmarkProcess.run(join(__dirname, 'processes', `${name}.ts`), { execPath, execArgv });
  }

  /** Runs a file on any processor. */
  static run<Request extends object, Answer>(file: string, options: ForkOptions): BenchmarkProcess<Request, Answer> {
    return new BenchmarkProcess(basename(file, '.ts'), fork(file, options));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Sends a request. Rejects if the process exits, after it has printed the reason on standard error. */
  send(request: Request): Promise<Answer> {
    const answer = once(this.child, 'message').then(([message]) => message);
    this.child.send(request as object);
    return Promise.race([answer, this.exited]);
  }

  async stop(): Promise<void> {
    this.child.kill();
    await this.exited.catch(() => undefined);
  }
}

/** Main function of such a process. An error in a request ends the process. */
export function answerRequests<Request, Answer extends object>(answer: (request: Request) => Promise<Answer>): void {
  process.on('message', async (request: Request) => process.send?.(await answer(request)));
  process.on('disconnect', () => process.exit());
}
