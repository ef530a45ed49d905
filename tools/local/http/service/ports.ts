import type { ContainerBlueprint, ServiceBlueprint } from '../../blueprint';
import { freePorts } from './free-port';

type Ports = Pick<ContainerBlueprint, 'name' | 'ports' | 'environment'>;

/** @returns the ports on which a container listens, without duplicates: those of its port mappings and of target groups */
function portsOf({ name, ports }: Ports, targets: ServiceBlueprint['targets']): number[] {
  const ofTargets = targets.filter(({ containerName }) => containerName === name);
  return [...new Set([...ports, ...ofTargets.map(({ containerPort }) => containerPort)])];
}

/** @returns the environment variables that set a port of the container: those whose value is the port */
function portVariables({ environment }: Pick<Ports, 'environment'>, port: number): string[] {
  return Object.keys(environment).filter((name) => environment[name] === String(port));
}

/**
 * Moves the ports of a task's container to free ports, because all tasks share this machine.
 *
 * @returns port in the template → local port
 */
export async function localPorts(container: Ports, targets: ServiceBlueprint['targets']): Promise<Map<number, number>> {
  const ports = portsOf(container, targets);
  const free = await freePorts(ports.length);
  return new Map(ports.map((port, index) => [port, free[index] ?? port]));
}

/** @returns the environment variables that set the container's ports, with the local ports */
export function movedPorts(container: Ports, local: ReadonlyMap<number, number>): Record<string, string> {
  return Object.fromEntries(
    [...local].flatMap(([port, moved]) =>
      portVariables(container, port).map((name): [string, string] => [name, String(moved)]),
    ),
  );
}
