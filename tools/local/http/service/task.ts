import type { ServiceBlueprint } from '../../blueprint';
import type { Log } from '../../log-line';
import type { Target } from '../target-group/target';
import type { TargetGroup } from '../target-group/target-group';
import { Container, type RunnableContainer } from './container';
import { freePort } from './free-port';
import type { Orphans } from './orphans';

export interface TaskOptions {
  readonly service: ServiceBlueprint;
  readonly containers: readonly RunnableContainer[];
  readonly targetGroups: ReadonlyMap<string, TargetGroup>;
  /** Environment of a container, before its port is replaced. */
  readonly environment: (container: RunnableContainer) => Readonly<Record<string, string>>;
  readonly orphans: Orphans;
  readonly log: Log;
}

/** A task: the containers of a service, which start together. When one ends, the others are stopped. */
export class Task {
  /** Resolves when the first container has ended, to its name and the reason: `Service: exit code 1`. */
  readonly ended: Promise<string>;

  private constructor(
    private readonly containers: readonly Container[],
    private readonly registered: readonly { readonly group: TargetGroup; readonly target: Target }[],
    names: readonly string[],
  ) {
    this.ended = Promise.race(containers.map(async ({ exited }, index) => `${names[index]}: ${await exited}`));
  }

  static async start({ service, containers, targetGroups, environment, orphans, log }: TaskOptions): Promise<Task> {
    const ports = new Map<string, number>();
    for (const { containerName, containerPort } of service.targets) {
      const container = containers.find(({ name }) => name === containerName);
      if (container) {
        const port = portVariables(container, containerPort).length > 0 ? await freePort() : containerPort;
        ports.set(`${containerName}:${containerPort}`, port);
      }
    }
    const processes = containers.map((container) => {
      const moved = service.targets
        .filter(({ containerName }) => containerName === container.name)
        .flatMap(({ containerPort }) =>
          portVariables(container, containerPort).map((variable) => [
            variable,
            String(ports.get(`${container.name}:${containerPort}`)),
          ]),
        );
      return new Container(container, {
        environment: { ...environment(container), ...Object.fromEntries(moved) },
        orphans,
        print: (text, level) => log({ process: 'http', level, text, of: service.logicalId }),
      });
    });
    const registered = service.targets.flatMap(({ targetGroupArn, containerName, containerPort }) => {
      const group = targetGroups.get(targetGroupArn);
      const port = ports.get(`${containerName}:${containerPort}`);
      return group && port ? [{ group, target: group.register('127.0.0.1', port) }] : [];
    });
    return new Task(
      processes,
      registered,
      containers.map(({ name }) => name),
    );
  }

  get targets(): readonly Target[] {
    return this.registered.map(({ target }) => target);
  }

  get pids(): (number | undefined)[] {
    return this.containers.map(({ pid }) => pid);
  }

  /** Deregisters its targets, waits for their requests (at most `longestDrainMs`), then stops the containers. */
  async stop(longestDrainMs?: number): Promise<void> {
    await Promise.all(this.registered.map(({ group, target }) => group.deregister(target, longestDrainMs)));
    await Promise.all(this.containers.map((container) => container.stop()));
  }
}

/** @returns the environment variables that set the port of the container: those whose value is the port */
export function portVariables({ environment }: RunnableContainer, port: number): string[] {
  return Object.keys(environment).filter((name) => environment[name] === String(port));
}
