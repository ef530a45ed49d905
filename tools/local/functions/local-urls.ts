import type { Addresses } from '../addresses';
import type { Blueprint } from '../blueprint';

/** The resources whose URLs on AWS are replaced by local ones. */
export type Entrances = Pick<Blueprint, 'region' | 'userPools' | 'webSocketApis' | 'loadBalancers'>;

/**
 * Puts the URLs of this run in the place of those on AWS: what a function or container is told to call must be here.
 *
 * `https://` of a WebSocket API's custom domain or execute-api endpoint becomes its management URL, `wss://` its URL; a load
 * balancer's hosts become its listener; queue URLs stay queue URLs, and user pools' issuers issuers, at the local endpoint. A
 * host without a scheme stays. The origins that the run is given are replaced, too.
 *
 * @returns what rewrites a text
 */
export function localUrls(blueprint: Entrances, addresses: Addresses): (text: string) => string {
  const places = new Map([...ofWebSocketApis(blueprint, addresses), ...ofLoadBalancers(blueprint, addresses)]);
  places.set(`https://sqs.${blueprint.region}.amazonaws.com`, addresses.awsEndpoint);
  for (const { issuer, userPoolId } of blueprint.userPools) {
    places.set(issuer, `${addresses.awsEndpoint}/${userPoolId}`);
  }
  for (const [origin, local] of Object.entries(addresses.origins ?? {})) {
    places.set(origin, local);
  }
  // The longest first: a stage's URL before its API's.
  const urls = [...places.keys()].sort((a, b) => b.length - a.length).map(escapeRegExp);
  const pattern = new RegExp(`(?:${urls.join('|')})(?![\\w.:-])`, 'g');
  return (text) => text.replace(pattern, (url) => places.get(url) ?? url);
}

function ofWebSocketApis({ region, webSocketApis }: Entrances, addresses: Addresses): [string, string][] {
  return webSocketApis.flatMap(({ logicalId, apiId, stage, domains }) => {
    const local = addresses.webSocketApis[logicalId];
    const places = [
      `${apiId}.execute-api.${region}.amazonaws.com/${stage.name}`,
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

function ofLoadBalancers({ loadBalancers }: Entrances, addresses: Addresses): [string, string][] {
  return loadBalancers.flatMap(({ dnsName, hosts, listeners }) =>
    listeners.flatMap(({ logicalId, protocol, port }) => {
      const local = addresses.loadBalancers[logicalId];
      const usual = protocol === 'HTTPS' ? 443 : 80;
      return local
        ? [dnsName, ...hosts].map((host): [string, string] => [
            `${protocol.toLowerCase()}://${host}${port === usual ? '' : `:${port}`}`,
            local.url,
          ])
        : [];
    }),
  );
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
