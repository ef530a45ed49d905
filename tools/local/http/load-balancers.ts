import type { ContainerBlueprint, LoadBalancerBlueprint, ServiceBlueprint } from '../blueprint';
import type { LogOfPart } from '../log-line';
import type { Invoke } from './lambda-target/lambda-target';
import { type Action, notEmulated } from './listener/actions';
import { type Condition, isKnown } from './listener/conditions';
import { idleMs, Listener } from './listener/listener';
import type { Part } from './part';
import { Orphans } from './service/orphans';
import { Service } from './service/service';
import { TaskMetadata } from './service/task-metadata';
import { TargetGroup } from './target-group/target-group';

export interface LoadBalancersOptions {
  readonly blueprint: Part;
  /** Logical id of a listener → port; any free port for a listener without an entry. */
  readonly ports: Readonly<Record<string, number>>;
  /** A container's environment, with its port as in the template, in addition to the variables of this machine. */
  readonly environment: (container: ContainerBlueprint, service: ServiceBlueprint) => Readonly<Record<string, string>>;
  readonly invoke: Invoke;
  readonly log: LogOfPart;
}

/** The running load balancers and services of a process. */
export class LoadBalancers {
  private constructor(
    /** Logical id of a listener → its port on 127.0.0.1. */
    readonly ports: ReadonlyMap<string, number>,
    private readonly listeners: readonly Listener[],
    private readonly services: readonly Service[],
    private readonly orphans: Orphans,
    private readonly metadata: TaskMetadata,
  ) {}

  /** Resolves when every task is healthy or has failed. A failure is logged, and requests get a 503 or 502. */
  static async start({ blueprint, ports, environment, invoke, log }: LoadBalancersOptions): Promise<LoadBalancers> {
    const targetGroups = new Map<string, TargetGroup>();
    const localPorts = new Map<string, number>();
    const listeners: Listener[] = [];
    const orphans = new Orphans();
    const metadata = await TaskMetadata.start();
    const services = blueprint.services.map(
      (service) =>
        new Service({
          service,
          targetGroups,
          metadata,
          environment: (container) => environment(container, service),
          orphans,
          log,
        }),
    );
    const running = new LoadBalancers(localPorts, listeners, services, orphans, metadata);
    try {
      for (const loadBalancer of blueprint.loadBalancers) {
        warnOfOmissions(loadBalancer, log);
        const ofTemplate = new Map<number, number>();
        for (const listener of loadBalancer.listeners) {
          for (const group of listener.targetGroups) {
            if (!targetGroups.has(group.arn)) {
              targetGroups.set(group.arn, new TargetGroup(group, idleMs(loadBalancer), log));
            }
          }
          const server = new Listener({ listener, loadBalancer, targetGroups, localPorts: ofTemplate, invoke, log });
          const port = await server.listen(ports[listener.logicalId] ?? 0);
          listeners.push(server);
          ofTemplate.set(listener.port, port);
          localPorts.set(listener.logicalId, port);
        }
      }
      await Promise.all(services.map((service) => service.start()));
      return running;
    } catch (error) {
      await running.close(0);
      throw error;
    }
  }

  /** One sentence for each reason why a service did not become healthy when it started. */
  get problems(): string[] {
    return this.services.flatMap(({ problems }) => problems);
  }

  /** Process ids of the running containers. */
  get pids(): number[] {
    return this.services.flatMap(({ pids }) => pids).filter((pid) => pid !== undefined);
  }

  /**
   * Accepts no new connections, lets open requests finish, stops the tasks, closes every connection. With a limit, it does not wait for
   * WebSockets before it stops the tasks.
   *
   * @param longestMs maximum milliseconds for open requests, and then for the tasks; the target group's deregistration delay and the
   *   container's stop timeout if they are less
   */
  async close(longestMs?: number): Promise<void> {
    for (const listener of this.listeners) {
      listener.refuseConnections();
    }
    await Promise.all(this.services.map((service) => service.stop(longestMs)));
    await Promise.all(this.listeners.map((listener) => listener.close(longestMs)));
    await Promise.all([this.orphans.close(), this.metadata.close()]);
  }
}

function warnOfOmissions({ listeners, logicalId }: LoadBalancerBlueprint, log: LogOfPart): void {
  const rules = listeners.flatMap((listener) => listener.rules);
  const warn = (text: string) => log({ level: 'warn', text, of: logicalId });
  const actions = new Set(rules.flatMap((rule) => notEmulated(rule.actions as Action[]).map(({ Type }) => Type)));
  for (const type of actions) {
    warn(`the action ${type} is not emulated. Requests continue as if it had allowed them`);
  }
  const conditions = rules.flatMap((rule) =>
    (rule.conditions as Condition[]).filter((condition) => !isKnown(condition)),
  );
  for (const field of new Set(conditions.map(({ Field }) => Field))) {
    warn(`the condition ${field} is not emulated. No request matches it`);
  }
}
