import { createInterface } from 'node:readline';
import type { FunctionBlueprint } from '../blueprint';
import type { LogLine } from '../log-line';
import { killGroup } from '../process-group';
import { type RuntimeProcess, startRuntime } from './runtime-process';
import { traceId } from './trace-id';
import { type ErrorPayload, exited, failure, type Outcome, outOfMemory, timedOut } from './outcome';

/** Maximum milliseconds for the initialization code outside of the handler, as on Lambda. */
const INIT_LIMIT = 10_000;

export interface ExecutionEnvironmentOptions {
  /** All environment variables of the process, including `LAMBDA_TASK_ROOT` and `_HANDLER`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Receives the output of the function. */
  readonly print: (line: Pick<LogLine, 'level' | 'text' | 'requestId'>) => void;
  /** Called once when the process has ended. */
  readonly onEnd: () => void;
}

/** A report of the process, see runtime.js. The last report is `ended`. */
interface Report {
  readonly output?: { readonly level: LogLine['level']; readonly text: string };
  readonly ready?: true;
  readonly answer?: string;
  readonly failed?: ErrorPayload;
  readonly died?: ErrorPayload;
  readonly outOfMemory?: true;
  readonly ended?: { readonly code: number | null; readonly signal: NodeJS.Signals | null };
}

/**
 * One process with one handler. The first invocation waits until the handler is loaded.
 *
 * Lambda freezes an environment between invocations. Here, work that a handler started continues.
 */
export class ExecutionEnvironment {
  readonly #runtime: RuntimeProcess;
  readonly #ended: Promise<void>;
  readonly #reports: Report[] = [];
  #awaiting: ((report: Report) => void) | undefined;
  #requestId: string | undefined;
  #ready = false;
  #alive = true;

  constructor(
    private readonly fn: FunctionBlueprint,
    private readonly options: ExecutionEnvironmentOptions,
  ) {
    this.#runtime = startRuntime(fn, options.environment, (report: Report) => this.#report(report));
    const { process } = this.#runtime;
    // Output that bypasses the runtime: direct writes to the descriptors, and fatal errors of V8.
    for (const stream of [process.stdout, process.stderr]) {
      if (stream) {
        createInterface({ input: stream }).on('line', (text) => this.#print('warn', text));
      }
    }
    process.on('error', (error) => this.#print('error', error.message));
    this.#ended = new Promise((resolve) => {
      process.once('close', (code, signal) => {
        this.#alive = false;
        this.#report({ ended: { code, signal } });
        options.onEnd();
        resolve();
      });
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Invokes the handler, one invocation at a time. Never rejects. After a failure of the process the environment is not alive. */
  async invoke(event: string, requestId: string): Promise<Outcome> {
    this.#requestId = requestId;
    const timeout = this.fn.timeoutSeconds * 1000;
    if (!this.#ready) {
      const report = await this.#next(INIT_LIMIT + timeout);
      if (!report?.ready) {
        return this.#fail(report);
      }
      this.#ready = true;
    }
    const deadline = Date.now() + timeout;
    this.#runtime.send({ requestId, functionArn: this.fn.arn, traceId: traceId(), deadline, event });
    const report = await this.#next(timeout);
    return report?.answer === undefined ? this.#fail(report) : { payload: JSON.parse(report.answer) };
  }

  /** Kills the process. Resolves when it has ended. */
  async end(): Promise<void> {
    this.#kill();
    await this.#ended;
  }

  #kill(): void {
    if (this.#alive) {
      killGroup(this.#runtime.process);
    }
  }

  async #fail(report: Report | undefined): Promise<Outcome> {
    const requestId = this.#requestId ?? '';
    if (!report) {
      await this.end();
      return timedOut(requestId, this.fn.timeoutSeconds);
    }
    if (report.failed) {
      return failure('Unhandled', report.failed);
    }
    if (report.died) {
      await this.end();
      return failure('Unhandled', report.died);
    }
    // V8 aborts when its heap is full.
    if (report.outOfMemory || report.ended?.signal === 'SIGABRT') {
      await this.end();
      return outOfMemory(requestId);
    }
    return exited(requestId, report.ended?.code ?? null, report.ended?.signal ?? null);
  }

  /** @returns the next report of the process; undefined if there is none within the given time */
  #next(milliseconds: number): Promise<Report | undefined> {
    const said = this.#reports.shift();
    if (said) {
      return Promise.resolve(said);
    }
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds, undefined);
      this.#awaiting = (report) => {
        clearTimeout(timer);
        this.#awaiting = undefined;
        resolve(report);
      };
    });
  }

  #report(report: Report): void {
    if (report.output) {
      this.#print(report.output.level, report.output.text);
    } else if (this.#awaiting) {
      this.#awaiting(report);
    } else {
      this.#reports.push(report);
    }
  }

  #print(level: LogLine['level'], text: string): void {
    this.options.print({ level, text, ...(this.#requestId && { requestId: this.#requestId }) });
  }
}
