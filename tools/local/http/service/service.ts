import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerBlueprint } from '../../blueprint';
import type { Target } from '../target-group/target';
import { backoffMs } from './backoff';
import type { RunnableContainer } from './container';
import { portsOf, portVariables } from './ports';
import { Task, type TaskOptions } from './task';

export type ServiceOptions = Omit<TaskOptions, 'containers'>;

/** Keeps the minimum number of tasks of a service running. */
export class Service {
  private readonly stopping = new AbortController();
  private readonly places: Promise<void>[] = [];
  private readonly tasks = new Set<Task>();
  private longestMs: number | undefined;

  constructor(private readonly options: ServiceOptions) {}

  /** Resolves when each of the first tasks is healthy or has failed. */
  async start(): Promise<void> {
    const containers = this.runnable();
    const count = containers.length > 0 ? this.count(containers) : 0;
    await Promise.all(
      Array.from(
        { length: count },
        () => new Promise<void>((settled) => this.places.push(this.keep(containers, settled))),
      ),
    );
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
  private async keep(containers: readonly RunnableContainer[], settled: () => void): Promise<void> {
    const { signal } = this.stopping;
    const stopped = once(signal, 'abort');
    let failures = 0;
    while (!signal.aborted) {
      const task = await Task.start({ ...this.options, containers });
      this.tasks.add(task);
      const health = watch(task.targets);
      void health.settled.then((state) => {
        failures = state === 'healthy' ? 0 : failures;
        settled();
      });
      const why = await Promise.race([task.ended, health.lost, stopped.then(() => undefined)]);
      settled();
      if (why !== undefined) {
        const wait = backoffMs(failures);
        failures += 1;
        this.log('error', `a task ended (${why}); another starts in ${wait / 1000} s`);
        // The app can stop while requests and WebSockets of the task are open.
        await Promise.race([task.stop(), stopped.then(() => task.stop(this.longestMs))]);
        await delay(wait, undefined, { signal }).catch(() => undefined);
      } else {
        await task.stop(this.longestMs);
      }
      this.tasks.delete(task);
    }
  }

  private count(containers: readonly RunnableContainer[]): number {
    const { minTasks, targets } = this.options.service;
    const [fixed] = containers.flatMap((container) =>
      portsOf(container, targets)
        .filter((port) => portVariables(container, port).length === 0)
        .map((port) => ({ name: container.name, port })),
    );
    if (!fixed || minTasks < 2) {
      return minTasks;
    }
    this.log(
      'warn',
      `runs one task instead of ${minTasks}: no environment variable of ${fixed.name} has the value ${fixed.port}, so its port cannot be moved`,
    );
    return 1;
  }

  private runnable(): RunnableContainer[] {
    return this.options.service.containers.filter((container): container is RunnableContainer => {
      const reason = whyNotRunnable(container);
      if (reason) {
        this.log('warn', `the container ${container.name} does not run here: ${reason}`);
      }
      return !reason;
    });
  }

  private log(level: 'warn' | 'error', text: string): void {
    this.options.log({ level, text, of: this.options.service.logicalId });
  }
}

/** Watches targets. `settled` resolves after the first result of each target, `lost` to the reason when one is unhealthy. */
function watch(targets: readonly Target[]): { settled: Promise<'healthy' | 'unhealthy'>; lost: Promise<string> } {
  const first = targets.map(
    (target) =>
      new Promise<boolean>((resolve) => {
        if (target.state === 'healthy') {
          resolve(true);
        }
        target.once('health', (state) => resolve(state === 'healthy'));
      }),
  );
  return {
    settled: Promise.all(first).then((healthy) => (healthy.every(Boolean) ? 'healthy' : 'unhealthy')),
    lost: new Promise((resolve) => {
      for (const target of targets) {
        target.on('health', (state, why) => {
          if (state === 'unhealthy') {
            resolve(why);
          }
        });
      }
    }),
  };
}

function whyNotRunnable({ directory, command }: ContainerBlueprint): string | undefined {
  if (!directory) {
    return 'its image comes from a registry, not from a folder of this project';
  }
  return command.length === 0 ? 'neither the task definition nor its Dockerfile says which command to run' : undefined;
}
