import type { Addresses } from '../addresses';
import type { Blueprint } from '../blueprint';
import type { Log, LogLine } from '../log-line';
import { environmentOf } from './environment';
import type { EntryPoints } from './local-urls';
import { failure, type Outcome } from './outcome';
import { FunctionPool } from './pool';

/** The functions that a process of the runner invokes, by name. They end with that process. */
export class Functions {
  readonly #pools = new Map<string, FunctionPool>();
  /** Pools from before a {@link reload} with running invocations. */
  readonly #retiring = new Set<FunctionPool>();

  constructor(
    private blueprint: Pick<Blueprint, 'functions'> & EntryPoints,
    private readonly addresses: Addresses,
    private readonly process: LogLine['process'],
    private readonly log: Log,
  ) {}

  /**
   * @param timeout - milliseconds after which the caller stops waiting, such as an integration's timeout. The function
   *   continues, as on AWS.
   * @returns the outcome. Rejects only if the function does not exist
   */
  async invoke(functionName: string, event: unknown, timeout?: number): Promise<Outcome> {
    const outcome = this.#pool(functionName).invoke(event);
    return timeout === undefined ? outcome : within(timeout, outcome);
  }

  /** Uses new code for further invocations. Running invocations finish with the old code. */
  reload(blueprint: Pick<Blueprint, 'functions'> & EntryPoints): void {
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

  #pool(functionName: string): FunctionPool {
    const existing = this.#pools.get(functionName);
    if (existing) {
      return existing;
    }
    const fn = this.blueprint.functions.find(({ name }) => name === functionName);
    if (!fn) {
      const names = this.blueprint.functions.map(({ name }) => name);
      throw new Error(`no function is named ${functionName}: the template has ${names.join(', ') || 'none'}`);
    }
    const pool = new FunctionPool(fn, {
      environment: environmentOf(fn, this.blueprint, this.addresses),
      process: this.process,
      log: this.log,
    });
    this.#pools.set(functionName, pool);
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
