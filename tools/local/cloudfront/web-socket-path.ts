import type { Blueprint, DistributionBlueprint, OriginBlueprint } from '../blueprint';
import { webSocketEntryOf } from '../web-socket-entry';
import { behaviorOf } from './behavior';

type Lanes = Pick<Blueprint, 'loadBalancers' | 'webSocketApis'>;

/** @returns the path at which viewers open WebSockets: `/socket`, '' for `/`; undefined if no behavior is for WebSockets */
export function webSocketPathOf(distribution: DistributionBlueprint, lanes: Lanes): string | undefined {
  for (const behavior of distribution.behaviors) {
    const origin = distribution.origins.find(({ id }) => id === behavior.originId);
    const pattern = behavior.pathPattern.replace(/^(?!\/)/, '/');
    const paths = (origin && behavior.forwards !== 'nothing' ? pathsOf(origin, lanes) : []).map(
      (path) => path ?? pattern,
    );
    const reached = paths.find((path) => !path.includes('*') && behaviorOf(distribution, path) === behavior);
    if (reached !== undefined) {
      return reached === '/' ? '' : reached;
    }
  }
  return undefined;
}

/** @returns the paths of the origin's WebSockets, as viewers send them; undefined for any path */
function pathsOf({ target, domainName, path }: OriginBlueprint, lanes: Lanes): (string | undefined)[] {
  if (target && 'webSocketApi' in target) {
    const api = lanes.webSocketApis.find(({ logicalId }) => logicalId === target.webSocketApi);
    const mappings = api?.domains.filter(({ host }) => host === domainName) ?? [];
    const keys = mappings.length > 0 ? mappings.map(({ mappingKey }) => mappingKey) : [api?.stage.name ?? ''];
    return keys.map((key) => `/${key}`).flatMap((own) => withoutPrefix(own, path));
  }
  if (target && 'listener' in target) {
    return lanes.loadBalancers.flatMap((loadBalancer) =>
      loadBalancer.listeners
        .filter(({ logicalId }) => logicalId === target.listener)
        .flatMap((listener) => {
          const entry = webSocketEntryOf(listener, loadBalancer);
          return entry ? (entry.path === undefined ? [undefined, '/'] : withoutPrefix(entry.path, path)) : [];
        }),
    );
  }
  return [];
}

function withoutPrefix(path: string, prefix: string): string[] {
  return path.startsWith(prefix) ? [path.slice(prefix.length) || '/'] : [];
}
