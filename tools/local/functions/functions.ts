import type { Addresses } from '../addresses';
import type { Blueprint } from '../blueprint';
import type { Invocation, Log, LogLine } from '../log-line';
import { environmentOf } from './environment';
import type { EntryPoints } from './local-urls';
import { failure, type Outcome } from './outcome';
import { FunctionPool } from './pool';

type Parts = Pick<Blueprint, 'functions'> & Partial<Pick<Blueprint, 'functionsThatDoNotRun'>> & EntryPoints;

/** The functions that a process of the runner invokes, by ARN. They end with that process. */
export class Functions {
  readonly #pools = new Map<string, FunctionPool>();
  /** Pools from before a {@link reload} with running invocations. */
  readonly #retiring = new Set<FunctionPool>();

  /** @param invoked - receives each invocation that has ended */
  constructor(
    private blueprint: Parts,
    private readonly addresses: Addresses,
    private readonly process: LogLine['process'],
    private readonly log: Log,
    private readonly invoked?: (invocation: Invocation) => void,
  ) {}

  /**
   * @param timeout - milliseconds after which the caller stops waiting, such as an integration's timeout. The function
   *   continues, as on AWS.
   * @returns the outcome: a failure with the reason if the function cannot run here. Rejects only if the function does not exist
   */
  async invoke(functionArn: string, event: unknown, timeout?: number): Promise<Outcome> {
    const reason = this.blueprint.functionsThatDoNotRun?.[functionArn];
    if (reason !== undefined) {
      this.log({ process: this.process, level: 'error', text: reason });
      return failure('Unhandled', { errorType: 'Runner.FunctionDoesNotRun', errorMessage: reason });
    }
    const outcome = this.#pool(functionArn).invoke(event);
    return timeout === undefined ? outcome : within(timeout, outcome);
  }

  /** Uses new code for further invocations. Running invocations finish with the old code. */
  reload(blueprint: Parts): void {
    this.blueprint = blueprint;
    for (const pool of this.#pools.values()) {
      this.#retiring.add(pool);
      void pool
        .drained()
        .then(() => pool.close())
        .then(() => this.#retiring.delete(pool));
    }
    this.#pools.clear();
  }

  /** Resolves when no invocation is running. */
  async drained(): Promise<void> {
    await Promise.all([...this.#pools.values(), ...this.#retiring].map((pool) => pool.drained()));
  }

  /** Kills the running functions. Resolves when no process remains. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values(), ...this.#retiring].map((pool) => pool.close()));
  }

  #pool(functionArn: string): FunctionPool {
    const existing = this.#pools.get(functionArn);
    if (existing) {
      return existing;
    }
    const fn = this.blueprint.functions.find(({ arn }) => arn === functionArn);
    if (!fn) {
      const arns = this.blueprint.functions.map(({ arn }) => arn);
      throw new Error(`there is no function ${functionArn}: the assembly has ${arns.join(', ') || 'none'}`);
    }
    const pool = new FunctionPool(fn, {
      environment: environmentOf(fn, this.blueprint, this.addresses),
      process: this.process,
      log: this.log,
      ...(this.invoked && { invoked: this.invoked }),
    });
    this.#pools.set(functionArn, pool);
    return pool;
  }
}

async function within(milliseconds: number, outcome: Promise<Outcome>): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => {
      const errorMessage = `the caller stopped waiting after ${milliseconds} ms; the function continues`;
      resolve(failure('TimedOut', { errorType: 'Caller.TimedOut', errorMessage }));
    }, milliseconds);
  });
  try {
    return await Promise.race([outcome, late]);
  } finally {
    clearTimeout(timer);
  }
}
