import type { ServiceBlueprint } from '../../blueprint';
import type { LogOfPart } from '../../log-line';
import type { Target } from '../target-group/target';
import type { TargetGroup } from '../target-group/target-group';
import { Container, type RunnableContainer } from './container';
import { taskDocuments } from './metadata-documents';
import type { Orphans } from './orphans';
import { localPorts, movedPorts } from './ports';
import type { TaskMetadata } from './task-metadata';

export interface TaskOptions {
  readonly service: ServiceBlueprint;
  readonly containers: readonly RunnableContainer[];
  readonly targetGroups: ReadonlyMap<string, TargetGroup>;
  readonly metadata: TaskMetadata;
  /** Environment of a container, before its ports are replaced. */
  readonly environment: (container: RunnableContainer) => Readonly<Record<string, string>>;
  readonly orphans: Orphans;
  readonly log: LogOfPart;
}

/** A task: the containers of a service, which start together. When one ends, the others are stopped. */
export class Task {
  /** Resolves when the first container has ended, to its name, the reason and its last error: `web: exit code 1: Error: no table`. */
  readonly ended: Promise<string>;

  private constructor(
    private readonly containers: readonly Container[],
    private readonly registered: readonly { readonly group: TargetGroup; readonly target: Target }[],
    names: readonly string[],
    private readonly forget: () => void,
  ) {
    this.ended = Promise.race(
      containers.map(async (container, index) =>
        [names[index], await container.exited, container.lastWords].filter(Boolean).join(': '),
      ),
    );
  }

  static async start(options: TaskOptions): Promise<Task> {
    const { service, containers, targetGroups, metadata, environment, orphans, log } = options;
    const ports = new Map<string, ReadonlyMap<number, number>>();
    for (const container of containers) {
      ports.set(container.name, await localPorts(container, service.targets));
    }
    const names = containers.map(({ name }) => name);
    const documents = taskDocuments(service, names, new Date());
    const metadataUris = metadata.add(documents);
    const processes = containers.map(
      (container) =>
        new Container(container, {
          environment: {
            ...environment(container),
            ...movedPorts(container, ports.get(container.name) ?? new Map()),
            ECS_CONTAINER_METADATA_URI_V4: metadataUris.get(container.name) ?? '',
          },
          ports: new Map([...ports.values()].flatMap((each) => [...each])),
          orphans,
          print: (text, level) => log({ level, text, of: service.logicalId }),
        }),
    );
    const registered = service.targets.flatMap(({ targetGroupArn, containerName, containerPort }) => {
      const group = targetGroups.get(targetGroupArn);
      const port = ports.get(containerName)?.get(containerPort);
      return group && port ? [{ group, target: group.register('127.0.0.1', port) }] : [];
    });
    return new Task(processes, registered, names, () => metadata.delete(documents));
  }

  get targets(): readonly Target[] {
    return this.registered.map(({ target }) => target);
  }

  get pids(): (number | undefined)[] {
    return this.containers.map(({ pid }) => pid);
  }

  /**
   * Deregisters its targets, waits for their requests, then stops the containers. Can be called again with a shorter limit.
   *
   * @param longestMs maximum milliseconds for the requests, and then for the containers, when the app stops
   */
  async stop(longestMs?: number): Promise<void> {
    await Promise.all(this.registered.map(({ group, target }) => group.deregister(target, longestMs)));
    await Promise.all(this.containers.map((container) => container.stop(longestMs)));
    this.forget();
  }
}
