import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Cores, Side } from './cores';

/** A process of the bench, on a side of the machine. It answers one request at a time, and ends with the bench. */
export class Part<Request, Answer> {
  private readonly ended: Promise<never>;

  private constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
  ) {
    this.ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`The ${this.name} process ended with ${signal ?? code}`);
    });
    // Whoever asks is told: nobody may be asking.
    this.ended.catch(() => undefined);
  }

  /** @param name - of the file in `processes` */
  static start<Request extends object, Answer>(name: string, side: Side, cores: Cores): Part<Request, Answer> {
    const [execPath = '', ...execArgv] = cores.command(side, [process.execPath, ...process.execArgv]);
    return new Part(name, fork(join(__dirname, 'processes', `${name}.ts`), { execPath, execArgv }));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Rejects if the process ends instead: it has told why on standard error. */
  ask(request: Request): Promise<Answer> {
    const answer = once(this.child, 'message').then(([message]) => message);
    this.child.send(request as object);
    return Promise.race([answer, this.ended]);
  }

  async stop(): Promise<void> {
    this.child.kill();
    await this.ended.catch(() => undefined);
  }
}

/** The main function of such a process. A request that cannot be answered ends it. */
export function answerRequests<Request, Answer extends object>(answer: (request: Request) => Promise<Answer>): void {
  process.on('message', async (request: Request) => process.send?.(await answer(request)));
  process.on('disconnect', () => process.exit());
}
