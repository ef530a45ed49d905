import type { Blueprint, LoadBalancerBlueprint, ServiceBlueprint } from '../blueprint';
import { webSocketEntryOf } from '../web-socket-entry';

/** The load balancers and services that one process runs. */
export type Part = Pick<Blueprint, 'loadBalancers' | 'services'>;

/** A process that can run load balancers and services. */
export type ProcessOfPart = 'http' | 'websocket';

/**
 * The part of a process. Every load balancer and every service is in one of the two parts.
 *
 * `websocket` has the load balancers that serve only WebSockets, and the services behind them. `http` has the others: load balancers that
 * also serve HTTP, services without a load balancer, and load balancers that have a service in common with one of these, because a
 * target group and its targets are in one process.
 */
export function partOf(process: ProcessOfPart, { loadBalancers, services }: Part): Part {
  const forWebSockets = separable(loadBalancers.filter(servesOnlyWebSockets), { loadBalancers, services });
  const isHere = (isForWebSockets: boolean) => isForWebSockets === (process === 'websocket');
  return {
    loadBalancers: loadBalancers.filter((one) => isHere(forWebSockets.includes(one))),
    services: services.filter((one) => isHere(isBehindAny(one, forWebSockets))),
  };
}

function servesOnlyWebSockets(loadBalancer: LoadBalancerBlueprint): boolean {
  const { listeners } = loadBalancer;
  return listeners.length > 0 && listeners.every((listener) => webSocketEntryOf(listener, loadBalancer)?.only);
}

/** @returns the load balancers that have no service in common with one that is not returned */
function separable(candidates: readonly LoadBalancerBlueprint[], all: Part): readonly LoadBalancerBlueprint[] {
  const others = all.loadBalancers.filter((one) => !candidates.includes(one));
  const ofOthers = all.services.filter((service) => isBehindAny(service, others));
  const left = candidates.filter((one) => !ofOthers.some((service) => isBehindAny(service, [one])));
  return left.length === candidates.length ? left : separable(left, all);
}

function isBehindAny({ targets }: ServiceBlueprint, loadBalancers: readonly LoadBalancerBlueprint[]): boolean {
  const groups = loadBalancers.flatMap(({ listeners }) => listeners.flatMap(({ targetGroups }) => targetGroups));
  return targets.some(({ targetGroupArn }) => groups.some(({ arn }) => arn === targetGroupArn));
}
