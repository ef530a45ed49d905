import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { FunctionBlueprint } from '../blueprint';
import type { Invocation as ReportedInvocation, Log, LogLine } from '../log-line';
import { codeVariables } from './code-variables';
import { ExecutionEnvironment } from './execution-environment';
import { type ErrorPayload, failure, type Outcome, oneLine, throttled } from './outcome';
import { TaskFolder } from './task-folder';

/** Maximum characters of an event or a response in a report of its invocation. */
const REPORTED = 20_000;

/** Maximum bytes of JSON in an invocation. */
const MAXIMUM_EVENT = 6 * 1024 * 1024;

export interface FunctionPoolOptions {
  /** Variables from {@link environmentOf}. */
  readonly environment: Readonly<Record<string, string>>;
  readonly process: LogLine['process'];
  readonly log: Log;
  /** Receives each invocation that has ended. @default - invocations are not reported */
  readonly invoked?: (invocation: ReportedInvocation) => void;
  /**
   * Maximum number of processes. This is a limit of the runner, not of Lambda: an invocation above it waits, and an invocation
   * above the reserved concurrency is throttled.
   *
   * @default - two for each core, at least 4
   */
  readonly processes?: number;
  /** Milliseconds that an idle environment stays warm. @default - 5 minutes, the shortest time observed on AWS */
  readonly warmFor?: number;
}

interface Invocation {
  readonly event: string;
  readonly requestId: string;
  readonly settle: (outcome: Outcome) => void;
}

/** The execution environments of a function. They are created on demand and end when idle. */
export class FunctionPool {
  readonly #folder: TaskFolder;
  readonly #environments = new Set<ExecutionEnvironment>();
  /** The most recently used environment is used first, so that surplus environments expire. */
  readonly #warm: { readonly environment: ExecutionEnvironment; readonly expiry: NodeJS.Timeout }[] = [];
  readonly #waiting: Invocation[] = [];
  readonly #drained: (() => void)[] = [];
  #running = 0;
  #closed = false;

  constructor(
    private readonly fn: FunctionBlueprint,
    private readonly options: FunctionPoolOptions,
  ) {
    this.#folder = new TaskFolder(fn);
  }

  /** Invokes the function as RequestResponse. Resolves to the outcome and never rejects. */
  invoke(event: unknown): Promise<Outcome> {
    const json = JSON.stringify(event ?? null);
    const refusal = this.#refusal(json);
    if (refusal) {
      return Promise.resolve(refusal);
    }
    return new Promise((settle) => {
      this.#waiting.push({ event: json, requestId: randomUUID(), settle });
      this.#assign();
    });
  }

  /** Resolves when no invocation is running or waiting. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained.push(resolve);
      this.#notifyDrained();
    });
  }

  /** Kills all processes; running and waiting invocations fail. Resolves when no process remains. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { settle } of this.#waiting.splice(0)) {
      settle(stopped());
    }
    for (const { expiry } of this.#warm.splice(0)) {
      clearTimeout(expiry);
    }
    await Promise.all([...this.#environments].map((environment) => environment.end()));
    this.#folder.remove();
    this.#notifyDrained();
  }

  #refusal(event: string): Outcome | undefined {
    if (this.#closed) {
      return stopped();
    }
    if (this.#running + this.#waiting.length >= (this.fn.reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
      this.#log('warn', `Throttled: reserved concurrency is ${this.fn.reservedConcurrency}, and all of it is in use`);
      return throttled();
    }
    if (Buffer.byteLength(event) > MAXIMUM_EVENT) {
      return failure('Unhandled', {
        errorType: 'RequestEntityTooLargeException',
        errorMessage: `Request must be smaller than ${MAXIMUM_EVENT} bytes for the InvokeFunction operation`,
      });
    }
    return undefined;
  }

  /** Assigns waiting invocations to warm environments, and to new ones. */
  #assign(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const environment = this.#free();
      if (!environment) {
        return;
      }
      this.#waiting.shift();
      void this.#run(environment, next);
    }
  }

  #free(): ExecutionEnvironment | undefined {
    const warm = this.#warm.pop();
    if (warm) {
      clearTimeout(warm.expiry);
      return warm.environment;
    }
    const limit = this.options.processes ?? Math.max(4, 2 * availableParallelism());
    return this.#environments.size < limit ? this.#start() : undefined;
  }

  #start(): ExecutionEnvironment {
    const { environment } = this.options;
    const started: ExecutionEnvironment = new ExecutionEnvironment(this.fn, {
      environment: { ...environment, ...codeVariables(this.fn, this.#folder.path, environment) },
      print: ({ level, text, requestId }) => this.#log(level, text, requestId),
      onEnd: () => this.#forget(started),
    });
    this.#environments.add(started);
    return started;
  }

  async #run(environment: ExecutionEnvironment, { event, requestId, settle }: Invocation): Promise<void> {
    this.#running += 1;
    const start = Date.now();
    const outcome = await environment.invoke(event, requestId);
    this.#running -= 1;
    this.options.invoked?.({
      time: new Date(start).toISOString(),
      requestId,
      function: this.fn.arn,
      milliseconds: Date.now() - start,
      ...('error' in outcome && { error: outcome.message }),
      event: shortened(event),
      response: shortened(JSON.stringify(outcome.payload) ?? 'null'),
    });
    if ('error' in outcome && !this.#closed) {
      this.#log('error', oneLine(outcome.payload as ErrorPayload), requestId);
    }
    this.#keepWarm(environment);
    settle(outcome);
    this.#assign();
    this.#notifyDrained();
  }

  #keepWarm(environment: ExecutionEnvironment): void {
    if (this.#closed || !environment.alive) {
      return;
    }
    const expiry = setTimeout(() => void environment.end(), this.options.warmFor ?? 5 * 60_000);
    this.#warm.push({ environment, expiry: expiry.unref() });
  }

  #forget(environment: ExecutionEnvironment): void {
    this.#environments.delete(environment);
    const index = this.#warm.findIndex((warm) => warm.environment === environment);
    for (const { expiry } of index < 0 ? [] : this.#warm.splice(index, 1)) {
      clearTimeout(expiry);
    }
    if (!this.#closed) {
      this.#assign();
    }
  }

  #notifyDrained(): void {
    if (this.#running === 0 && this.#waiting.length === 0) {
      for (const resolve of this.#drained.splice(0)) {
        resolve();
      }
    }
  }

  #log(level: LogLine['level'], text: string, requestId?: string): void {
    this.options.log({
      process: this.options.process,
      level,
      text,
      of: this.fn.logicalId,
      ...(requestId && { requestId }),
    });
  }
}

function shortened(json: string): string {
  return json.length > REPORTED ? `${json.slice(0, REPORTED)} … (${json.length} characters)` : json;
}

function stopped(): Outcome {
  return failure('Unhandled', { errorType: 'Runner.Stopped', errorMessage: 'the local runner is stopping' });
}
