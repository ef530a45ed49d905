import type { Addresses } from '../addresses';
import type { Blueprint } from '../blueprint';
import type { Log, LogLine } from '../log-line';
import { environmentOf } from './environment';
import type { Entrances } from './local-urls';
import { failure, type Outcome } from './outcome';
import { FunctionPool } from './pool';

/** The functions that a lane invokes, by name. They live and die with the lane's process. */
export class Functions {
  readonly #pools = new Map<string, FunctionPool>();
  /** Pools of before a {@link reload} that still run something. */
  readonly #retiring = new Set<FunctionPool>();

  constructor(
    private blueprint: Pick<Blueprint, 'functions'> & Entrances,
    private readonly addresses: Addresses,
    private readonly process: LogLine['process'],
    private readonly log: Log,
  ) {}

  /**
   * @param timeout - milliseconds after which the caller no longer waits, such as an integration's timeout. The function runs
   *   on, as it does on AWS.
   * @returns the outcome; rejects only if there is no such function.
   */
  async invoke(functionName: string, event: unknown, timeout?: number): Promise<Outcome> {
    const outcome = this.#pool(functionName).invoke(event);
    return timeout === undefined ? outcome : within(timeout, outcome);
  }

  /** Serves further invocations by another build. Those that run end where they are. */
  reload(blueprint: Pick<Blueprint, 'functions'> & Entrances): void {
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

  /** Resolves when nothing runs. */
  async drained(): Promise<void> {
    await Promise.all([...this.#pools.values(), ...this.#retiring].map((pool) => pool.drained()));
  }

  /** Kills what runs. Resolves when no process is left. */
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
