import type { WebSocketApiBlueprint } from '../blueprint';

/** The endpoint of a request: the API's name there, and the rest of the path after the stage or mapping key. */
export interface Endpoint {
  /** `ws.example.com`, or `abc123.execute-api.us-east-1.amazonaws.com` */
  readonly domainName: string;
  /** `/`, or `/@connections/L0SM9cOFvHcCIhw=`, still encoded */
  readonly path: string;
}

/**
 * Finds the API's endpoint that a request names.
 *
 * On AWS there are the custom domains, whose path begins with the mapping's key, and the default endpoint, whose path
 * begins with the stage. Here `ws.localhost` stands for the custom domain whose first label is `ws` (or for all of them, if there
 * is none), and an IP address or `localhost` for every endpoint that the API has.
 *
 * @param host - the Host header, with or without a port
 * @param path - without the query
 * @returns undefined for a name or path that is not this API's: API Gateway answers 403
 */
export function endpointOf(
  api: WebSocketApiBlueprint,
  region: string,
  host: string,
  path: string,
): Endpoint | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const own = { host: `${api.apiId}.execute-api.${region}.amazonaws.com`, mappingKey: api.stage.name };
  const endpoints = [...(api.defaultEndpointDisabled ? [] : [own]), ...api.domains];
  for (const endpoint of endpoints.filter((candidate) => standsFor(name, candidate.host, api))) {
    const rest = pathAfter(endpoint.mappingKey, path);
    if (rest === '/' || rest?.match(/^\/(@|%40)connections\//i)) {
      return { domainName: endpoint.host, path: rest };
    }
  }
  return undefined;
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
  // Without a custom domain, a name of the machine is all the API can have.
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
