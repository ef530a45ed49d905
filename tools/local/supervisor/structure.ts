import { isDeepStrictEqual } from 'node:util';
import type { Blueprint } from '../blueprint';
import { partOf } from '../http/part';

/** Properties of the blueprint that cannot change during a run. Functions, services and files of buckets can change, because they are code. */
const STRUCTURE = [
  'roles',
  'tables',
  'queues',
  'ssmParameters',
  'secrets',
  'topics',
  'eventBuses',
  'rules',
  'userPools',
  'webSocketApis',
  'loadBalancers',
  'distributions',
  'eventSources',
] as const;

/** @returns the changes between two blueprints, except code: `new: OrdersTable`, `changed: Listener`, `removed: OldQueue` */
export function structureChanges(before: Blueprint, after: Blueprint): string[] {
  const old = resourcesOf(before);
  const next = resourcesOf(after);
  return [
    ...[...next.keys()].filter((id) => !old.has(id)).map((id) => `new: ${id}`),
    ...[...next]
      .filter(([id, one]) => old.has(id) && !isDeepStrictEqual(old.get(id), one))
      .map(([id]) => `changed: ${id}`),
    ...[...old.keys()].filter((id) => !next.has(id)).map((id) => `removed: ${id}`),
  ];
}

function resourcesOf(blueprint: Blueprint): Map<string, object> {
  // A load balancer changes with its process, too: the new process could not listen on the port before the old one has closed it.
  const forWebSockets = partOf('websocket', blueprint).loadBalancers;
  return new Map([
    ...STRUCTURE.flatMap((kind) => blueprint[kind].map((one): [string, object] => [one.logicalId, one])),
    ...blueprint.loadBalancers.map((one): [string, object] => [one.logicalId, [one, forWebSockets.includes(one)]]),
  ]);
}
