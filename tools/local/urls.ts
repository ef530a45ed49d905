import type { Addresses } from './addresses';
import type { Blueprint } from './blueprint';
import { webSocketEntryOf } from './web-socket-entry';

/** One entry point of a running app. */
export interface Endpoint {
  /**
   * `http`: a distribution, or a listener of a load balancer; `websocket`: a WebSocket API, or a distribution or listener that serves
   * WebSockets; `token`: the token endpoint of a user pool. One that serves HTTP and WebSockets has an endpoint of each kind.
   */
  readonly kind: 'http' | 'websocket' | 'token';
  /** Logical id of the distribution, the listener, the API or the user pool. */
  readonly logicalId: string;
  /** Name of its stack; its path in the app if several stacks have the name. */
  readonly stack: string;
  /** `http://api.localhost:4510`, `ws://ws.localhost:4511`, `http://127.0.0.1:4512/us-east-1_abcdefghi/token` */
  readonly url: string;
  /** Endpoint of a WebSocket API's management API, to which `/@connections` is appended: `http://127.0.0.1:4511`. */
  readonly managementUrl?: string;
  /** Logical id of the distribution through which clients reach it. @default - clients reach it directly */
  readonly behind?: string;
}

/** URLs of a running app: the first URL of each kind, and all entry points. */
export interface Urls {
  /** First distribution, or else the first listener: `http://api.localhost:4510`. @default - the app has none */
  readonly http?: string;
  /**
   * First distribution with a behavior for WebSockets, or else the first WebSocket API, or else the first listener for WebSockets:
   * `ws://ws.localhost:4511`.
   *
   * @default - the app has none
   */
  readonly websocket?: string;
  /** Management API of the first WebSocket API: `http://127.0.0.1:4511`. @default - the app has no WebSocket API */
  readonly management?: string;
  /** Token endpoint of the first user pool: `http://127.0.0.1:4512/us-east-1_abcdefghi/token`. @default - the app has none */
  readonly token?: string;
  /** Page that shows the running app: `http://console.localhost:4500`. @default - the run has no console */
  readonly console?: string;
  /** The AWS APIs that the run answers, such as DynamoDB and SQS: `http://127.0.0.1:4512`. */
  readonly aws: string;
  /** Every entry point: HTTP, then WebSockets, then tokens, each in the order of the templates. */
  readonly endpoints: readonly Endpoint[];
}

export function urlsOf(blueprint: Blueprint, addresses: Addresses): Urls {
  const { awsEndpoint, loadBalancers, webSocketApis, distributions = {} } = addresses;
  const behind = (logicalId: string) => {
    const distribution = blueprint.distributions.find(({ origins }) =>
      origins.some(({ target = {} }) => Object.values(target).includes(logicalId)),
    );
    return distribution && { behind: distribution.logicalId };
  };
  const listeners = blueprint.loadBalancers.flatMap((loadBalancer) =>
    loadBalancer.listeners.flatMap((listener) => {
      const local = loadBalancers[listener.logicalId];
      const only = webSocketEntryOf(listener, loadBalancer)?.only ?? false;
      return local ? [{ logicalId: listener.logicalId, only, ...local }] : [];
    }),
  );
  const withoutStack: Omit<Endpoint, 'stack'>[] = [
    ...Object.entries(distributions).map(([logicalId, { url }]) => ({ kind: 'http' as const, logicalId, url })),
    ...listeners
      .filter(({ only }) => !only)
      .map(({ logicalId, url }) => ({ kind: 'http' as const, logicalId, url, ...behind(logicalId) })),
    ...Object.entries(distributions).flatMap(([logicalId, { webSocketUrl }]) =>
      webSocketUrl ? [{ kind: 'websocket' as const, logicalId, url: webSocketUrl }] : [],
    ),
    ...Object.entries(webSocketApis).map(([logicalId, { url, managementUrl }]) => ({
      kind: 'websocket' as const,
      ...{ logicalId, url, managementUrl, ...behind(logicalId) },
    })),
    ...listeners.flatMap(({ logicalId, webSocketUrl }) =>
      webSocketUrl ? [{ kind: 'websocket' as const, logicalId, url: webSocketUrl, ...behind(logicalId) }] : [],
    ),
    ...blueprint.userPools.map(({ logicalId, userPoolId }) => ({
      kind: 'token' as const,
      ...{ logicalId, url: `${awsEndpoint}/${userPoolId}/token` },
    })),
  ];
  const stacks = stacksOf(blueprint);
  const endpoints = withoutStack.map((endpoint) => ({ ...endpoint, stack: stacks.get(endpoint.logicalId) ?? '' }));
  const first = (kind: Endpoint['kind']) => endpoints.find((endpoint) => endpoint.kind === kind);
  return {
    http: first('http')?.url,
    websocket: first('websocket')?.url,
    management: endpoints.find(({ managementUrl }) => managementUrl !== undefined)?.managementUrl,
    token: first('token')?.url,
    aws: awsEndpoint,
    endpoints,
  };
}

/** The stack of each entry point, by its logical id. */
function stacksOf({ distributions, loadBalancers, webSocketApis, userPools }: Blueprint): ReadonlyMap<string, string> {
  const listeners = loadBalancers.flatMap((one) =>
    one.listeners.map(({ logicalId }) => ({ logicalId, stack: one.stack })),
  );
  const all = [...distributions, ...listeners, ...webSocketApis, ...userPools];
  return new Map(all.map(({ logicalId, stack }) => [logicalId, stack]));
}
