import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FunctionBlueprint } from '../blueprint';
import type { LogLine } from '../log-line';
import { killGroup } from '../process-group';
import { type ErrorPayload, exited, failure, type Outcome, outOfMemory, timedOut } from './outcome';

/** Milliseconds that the code outside the handler may take to load, as Lambda allows. */
const INIT_LIMIT = 10_000;

/** Share of the memory that V8's old generation may take; the rest is for buffers, code and the young generation. */
const HEAP_SHARE = 0.9;

export interface ExecutionEnvironmentOptions {
  /** All variables of its process, `LAMBDA_TASK_ROOT` and `_HANDLER` among them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes what the function prints. */
  readonly print: (line: Pick<LogLine, 'level' | 'text' | 'requestId'>) => void;
  /** Called once, when the process has ended. */
  readonly onEnd: () => void;
}

/** A report of the process, see runtime.js. The last one is that it has ended. */
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
 * One process that holds one handler. The first invocation waits for it to load.
 *
 * Lambda freezes such an environment between invocations; here what a handler left running runs on.
 */
export class ExecutionEnvironment {
  readonly #process: ChildProcess;
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
    this.#process = fork(join(__dirname, 'runtime.js'), {
      env: options.environment,
      execArgv: [`--max-old-space-size=${Math.floor(fn.memoryMiB * HEAP_SHARE)}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A process group of its own: Ctrl-C in the terminal does not reach it, so that it can be drained, and it is killed with
      // whatever it has started.
      detached: true,
    });
    // What bypasses the runtime: direct writes to the descriptors, and V8's last words.
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      if (stream) {
        createInterface({ input: stream }).on('line', (text) => this.#print('warn', text));
      }
    }
    this.#process.on('message', (report: Report) => this.#report(report));
    this.#process.on('error', (error) => this.#print('error', error.message));
    this.#ended = new Promise((resolve) => {
      this.#process.once('close', (code, signal) => {
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

  /** One at a time. Resolves to the outcome, whatever happens; after a failure of the process the environment is not alive. */
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
    this.#process.send({ requestId, functionArn: this.fn.arn, deadline, event }, () => undefined);
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
      killGroup(this.#process);
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

  /** @returns what the process says next; undefined if it says nothing for so many milliseconds. */
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
