import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerBlueprint } from '../../blueprint';
import type { Target } from '../target-group/target';
import { backoffMs } from './backoff';
import type { RunnableContainer } from './container';
import { Task, type TaskOptions } from './task';

export type ServiceOptions = Omit<TaskOptions, 'containers'>;

/** Milliseconds after which a task without a target group counts as healthy. It has only ended or not ended. */
const LIVES = 1000;

/** Keeps the minimum number of tasks of a service running. */
export class Service {
  private readonly stopping = new AbortController();
  private readonly places: Promise<void>[] = [];
  private readonly tasks = new Set<Task>();
  private longestMs: number | undefined;
  /** Reasons why the first tasks did not become healthy, or cannot: `the container web does not run: …`. */
  private readonly reasons = new Set<string>();
  /** The last reason that was logged. */
  private logged = '';

  constructor(private readonly options: ServiceOptions) {}

  /** Resolves when each of the first tasks is healthy or has failed. */
  async start(): Promise<void> {
    const containers = this.runnable();
    const count = containers.length > 0 ? this.options.service.minTasks : 0;
    await Promise.all(
      Array.from({ length: count }, async () => {
        const reason = await new Promise<string | undefined>((settled) =>
          this.places.push(this.keep(containers, settled)),
        );
        if (reason !== undefined) {
          this.reasons.add(`no task is healthy: ${reason}`);
        }
      }),
    );
  }

  /** One sentence for each reason why the service did not become healthy when it started. */
  get problems(): string[] {
    const { logicalId } = this.options.service;
    return [...this.reasons].map((reason) => `${logicalId}: ${reason}`);
  }

  get pids(): (number | undefined)[] {
    return [...this.tasks].flatMap(({ pids }) => pids);
  }

  /** Stops every task gracefully. @param longestMs maximum milliseconds for open requests, and then for the containers */
  async stop(longestMs?: number): Promise<void> {
    this.longestMs = longestMs;
    this.stopping.abort();
    await Promise.all(this.places);
  }

  /** Runs one task after another, until the service stops. */
  private async keep(containers: readonly RunnableContainer[], settled: (reason?: string) => void): Promise<void> {
    const { signal } = this.stopping;
    const stopped = once(signal, 'abort');
    let failures = 0;
    while (!signal.aborted) {
      const task = await Task.start({ ...this.options, containers });
      this.tasks.add(task);
      const health = watch(task.targets);
      void health.healthy.then(() => {
        failures = 0;
        this.logged = '';
        settled();
      });
      const why = await Promise.race([task.ended, health.lost, stopped.then(() => undefined)]);
      health.forget();
      settled(why);
      if (why !== undefined) {
        const wait = backoffMs(failures);
        failures += 1;
        this.logEnd(why, wait);
        // The app can stop while requests and WebSockets of the task are open.
        await Promise.race([task.stop(), stopped.then(() => task.stop(this.longestMs))]);
        await delay(wait, undefined, { signal }).catch(() => undefined);
      } else {
        await task.stop(this.longestMs);
      }
      this.tasks.delete(task);
    }
  }

  /** A task that ends for the same reason as the one before it, without having been healthy, is not logged again. */
  private logEnd(why: string, waitMs: number): void {
    if (why !== this.logged) {
      this.logged = why;
      this.log('error', `a task ended (${why}); another starts in ${waitMs / 1000} s`);
    }
  }

  private runnable(): RunnableContainer[] {
    const { containers, targets } = this.options.service;
    const reasons = new Map(containers.map((container) => [container, whyNotRunnable(container)]));
    const runnable = containers.filter(
      (container): container is RunnableContainer => reasons.get(container) === undefined,
    );
    for (const [{ name, image }, reason] of reasons) {
      if (reason !== undefined) {
        const text = `the container ${name} does not run here: ${reason}`;
        // A service can work without a container from a registry beside its own, such as an agent.
        const isNeeded = runnable.length === 0 || targets.some(({ containerName }) => containerName === name);
        if (image || isNeeded) {
          this.reasons.add(text);
        }
        this.log(image ? 'error' : 'warn', text);
      }
    }
    return runnable;
  }

  private log(level: 'warn' | 'error', text: string): void {
    this.options.log({ level, text, of: this.options.service.logicalId });
  }
}

interface WatchedHealth {
  /** Resolves when all targets have been healthy; without targets, when the task has lived for a while. */
  readonly healthy: Promise<void>;
  /** Resolves to the reason when a target is unhealthy. */
  readonly lost: Promise<string>;
  /** Ends the wait for `healthy`. */
  forget(): void;
}

function watch(targets: readonly Target[]): WatchedHealth {
  const forgotten = new AbortController();
  const { signal } = forgotten;
  const first = targets.map(
    (target) =>
      new Promise<void>((resolve) => {
        if (target.state === 'healthy') {
          resolve();
        }
        target.on('health', (state) => state === 'healthy' && resolve());
      }),
  );
  const lived = delay(LIVES, undefined, { signal }).catch(() => new Promise<void>(() => undefined));
  return {
    healthy: targets.length === 0 ? lived : Promise.all(first).then(() => undefined),
    lost: new Promise((resolve) => {
      for (const target of targets) {
        target.on('health', (state, why) => {
          if (state === 'unhealthy') {
            resolve(why);
          }
        });
      }
    }),
    forget: () => forgotten.abort(),
  };
}

function whyNotRunnable({ cannotRun, directory, command }: ContainerBlueprint): string | undefined {
  if (cannotRun !== undefined || !directory) {
    return cannotRun ?? 'its image is not built';
  }
  return command.length === 0 ? 'neither the task definition nor its Dockerfile says which command to run' : undefined;
}
