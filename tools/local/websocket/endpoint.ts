import type { WebSocketApiBlueprint } from '../blueprint';
import { partitionOf } from '../partition';

/** The endpoint of a request: its domain name, and the path after the stage or mapping key. */
export interface Endpoint {
  /** `ws.example.com`, or `abc123.execute-api.us-east-1.amazonaws.com` */
  readonly domainName: string;
  /** `/`, or `/@connections/L0SM9cOFvHcCIhw=`, still encoded */
  readonly path: string;
}

/**
 * Finds the endpoint of the API for a request.
 *
 * On AWS an API has custom domains, whose paths begin with the mapping key, and the default endpoint, whose path begins with
 * the stage. Here `ws.localhost` stands for the custom domain whose first label is `ws` (or for all custom domains, if there
 * is no such domain), and an IP address or `localhost` for every endpoint of the API.
 *
 * @param host - the Host header, with or without a port
 * @param path - without the query
 * @param only - custom domains to consider, for a request that arrived at the port of another API. @default - every endpoint of the API
 * @returns undefined for a name or path that does not belong to this API, to which API Gateway responds with 403
 */
export function endpointOf(
  api: WebSocketApiBlueprint,
  host: string,
  path: string,
  only?: readonly string[],
): Endpoint | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const { apiId, region, stage } = api;
  const own = { host: `${apiId}.execute-api.${region}.${partitionOf(region).domain}`, mappingKey: stage.name };
  const endpoints = only
    ? api.domains.filter((domain) => only.includes(domain.host))
    : [...(api.defaultEndpointDisabled ? [] : [own]), ...api.domains];
  for (const endpoint of endpoints.filter((candidate) => standsFor(name, candidate.host, api))) {
    const rest = pathAfter(endpoint.mappingKey, path);
    if (rest === '/' || rest?.match(/^\/(@|%40)connections\//i)) {
      return { domainName: endpoint.host, path: rest };
    }
  }
  return undefined;
}

/** @returns the custom domains to which both APIs are mapped. A domain is one of its Region: two Regions can have domains of one name */
export function sharedHosts(api: WebSocketApiBlueprint, other: WebSocketApiBlueprint): string[] {
  return api.region === other.region && api.accountId === other.accountId
    ? api.domains.map(({ host }) => host).filter((host) => other.domains.some((domain) => domain.host === host))
    : [];
}

function standsFor(name: string, host: string, { domains }: WebSocketApiBlueprint): boolean {
  if (name === host || name === 'localhost' || name === '[::1]' || /^127(\.\d+){3}$/.test(name)) {
    return true;
  }
  const label = /^([^.]+)\.localhost$/.exec(name)?.[1];
  if (label === undefined) {
    return false;
  }
  const named = domains.filter((domain) => domain.host.split('.')[0] === label);
  // An API without a custom domain can have only a name of this machine.
  return domains.length === 0 || (named.length > 0 ? named : domains).some((domain) => domain.host === host);
}

function pathAfter(key: string, path: string): string | undefined {
  if (key === '') {
    return path;
  }
  if (path === `/${key}`) {
    return '/';
  }
  return path.startsWith(`/${key}/`) ? path.slice(key.length + 1) : undefined;
}
