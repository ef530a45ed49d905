import type { Addresses } from '../addresses';
import type { Blueprint, ListenerBlueprint, LoadBalancerBlueprint } from '../blueprint';
import { partitionOf } from '../partition';
import { webSocketEntryOf } from '../web-socket-entry';

/** The resources whose URLs on AWS are replaced by local ones. */
export type EntryPoints = Pick<Blueprint, 'queues' | 'webSocketApis' | 'loadBalancers' | 'distributions'>;

/**
 * Replaces URLs on AWS by those of this run, so that functions and containers call the local services.
 *
 * The `https://` URL of a WebSocket API's custom domain or execute-api endpoint becomes its management URL, the `wss://` URL its
 * local URL. URLs of a load balancer's hosts become the URL of its listener; `wss://` URLs of its hosts for WebSockets become its URL for
 * WebSockets, without its path. URLs of a distribution's hosts become its local URL. Queue URLs get the local endpoint. A host without a
 * scheme stays unchanged. The origins in the options of the run are replaced, too.
 *
 * @returns a function that rewrites a text
 */
export function localUrls(blueprint: EntryPoints, addresses: Addresses): (text: string) => string {
  const places = new Map([
    ...ofWebSocketApis(blueprint, addresses),
    ...ofLoadBalancers(blueprint, addresses),
    ...ofDistributions(blueprint, addresses),
  ]);
  for (const { region } of blueprint.queues) {
    places.set(`https://sqs.${region}.${partitionOf(region).domain}`, addresses.awsEndpoint);
  }
  for (const [origin, local] of Object.entries(addresses.origins ?? {})) {
    places.set(origin, local);
  }
  // The longest URLs come first, so that a stage's URL is replaced before its API's.
  const urls = [...places.keys()].sort((a, b) => b.length - a.length).map(escapeRegExp);
  const pattern = new RegExp(`(?<![\\w+.-])(?:${urls.join('|')})(?![\\w.:-])`, 'g');
  return (text) => text.replace(pattern, (url) => places.get(url) ?? url);
}

function ofWebSocketApis({ webSocketApis }: EntryPoints, addresses: Addresses): [string, string][] {
  return webSocketApis.flatMap(({ logicalId, apiId, region, stage, domains }) => {
    const local = addresses.webSocketApis[logicalId];
    const places = [
      `${apiId}.execute-api.${region}.${partitionOf(region).domain}/${stage.name}`,
      ...domains.map(({ host, mappingKey }) => (mappingKey ? `${host}/${mappingKey}` : host)),
    ];
    return local
      ? places.flatMap((place): [string, string][] => [
          [`https://${place}`, local.managementUrl],
          [`wss://${place}`, local.url],
        ])
      : [];
  });
}

function ofLoadBalancers({ loadBalancers }: EntryPoints, addresses: Addresses): [string, string][] {
  return loadBalancers.flatMap((loadBalancer) =>
    loadBalancer.listeners.flatMap((listener) => {
      const local = addresses.loadBalancers[listener.logicalId];
      return local ? ofListener(loadBalancer, listener, local) : [];
    }),
  );
}

function ofListener(
  loadBalancer: LoadBalancerBlueprint,
  listener: ListenerBlueprint,
  { url, webSocketUrl }: Addresses['loadBalancers'][string],
): [string, string][] {
  const { dnsName, hosts } = loadBalancer;
  const { port, protocol } = listener;
  const usual = protocol === 'HTTPS' ? 443 : 80;
  const suffix = port === usual ? '' : `:${port}`;
  // A path stays in the text that is rewritten.
  const webSocketOrigin = webSocketUrl && originOf(webSocketUrl);
  const webSocketHosts = webSocketOrigin ? (webSocketEntryOf(listener, loadBalancer)?.hosts ?? []) : [];
  return [
    ...[dnsName, ...hosts].map((host): [string, string] => [`${protocol.toLowerCase()}://${host}${suffix}`, url]),
    ...webSocketHosts.flatMap((host): [string, string][] => [
      [`${protocol.toLowerCase()}://${host}${suffix}`, webSocketOrigin?.replace(/^ws/, 'http') ?? url],
      [`${protocol === 'HTTPS' ? 'wss' : 'ws'}://${host}${suffix}`, webSocketOrigin ?? url],
    ]),
  ];
}

function ofDistributions({ distributions }: EntryPoints, addresses: Addresses): [string, string][] {
  return distributions.flatMap(({ logicalId, domainName, hosts }) => {
    const local = addresses.distributions?.[logicalId];
    return local
      ? [domainName, ...hosts].flatMap((host): [string, string][] => [
          [`https://${host}`, local.url],
          [`wss://${host}`, local.url.replace(/^http/, 'ws')],
        ])
      : [];
  });
}

/** @returns the URL without its path */
function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
