import type { Addresses } from '../addresses';
import type { Blueprint, WebSocketApiBlueprint } from '../blueprint';
import { partitionOf } from '../partition';
import { AWS_DOMAINS, awsNameOf, normalized, serviceName } from './aws-names';

/** The resources that have hosts. */
export type Hosts = Pick<Blueprint, 'userPools' | 'webSocketApis' | 'loadBalancers' | 'distributions'>;

/** Destination of a request for a host. */
export type Route =
  /** To the services of the AWS endpoint. */
  | { readonly to: 'services' }
  /** To an entry point. */
  | { readonly to: 'port'; readonly port: number }
  /** Nowhere. */
  | { readonly to: 'nowhere'; readonly meaning: string };

/** The target of a request, as its client sees it. */
export interface Target {
  /** Without a port: `api.example.com` */
  readonly host: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  /** Path and query: `/us-east-1_abc/.well-known/jwks.json` */
  readonly url: string;
}

/** Labels of services that the AWS endpoint serves. */
const SERVED = new Set([
  ...['dynamodb', 'ddb', 'events', 'lambda', 'queue', 'secretsmanager', 'sns', 'sqs', 'ssm', 'sts'],
]);

/** Finds the destinations of requests: AWS's hosts, and the hosts of the assembly. */
export class Routes {
  constructor(
    private readonly blueprint: Hosts,
    private readonly addresses: Pick<Addresses, 'webSocketApis' | 'loadBalancers' | 'distributions'>,
  ) {}

  /** Hosts of the assembly outside the domains of AWS, in lower case: `api.example.com`, `d111111abcdef8.cloudfront.net`. */
  get hosts(): string[] {
    const { webSocketApis, loadBalancers, distributions } = this.blueprint;
    return [
      ...webSocketApis.flatMap(({ domains }) => domains.map(({ host }) => host)),
      ...loadBalancers.flatMap(({ hosts, dnsName }) => [...hosts, dnsName]),
      ...distributions.flatMap(({ hosts, domainName }) => [...hosts, domainName]),
    ].map(normalized);
  }

  /** @returns undefined for a host that is neither AWS's nor of the assembly */
  of(target: Target): Route | undefined {
    const host = normalized(target.host);
    return (
      this.ofDistribution(host) ??
      this.ofWebSocketApi(host) ??
      this.ofLoadBalancer(host, target) ??
      this.ofService(host, target)
    );
  }

  private ofDistribution(host: string): Route | undefined {
    const found = this.blueprint.distributions.find(({ domainName, hosts }) =>
      [domainName, ...hosts].some((one) => normalized(one) === host),
    );
    return found && toPort(this.addresses.distributions?.[found.logicalId]?.port, host);
  }

  private ofWebSocketApi(host: string): Route | undefined {
    const found = this.blueprint.webSocketApis.find(
      (api) => api.domains.some((domain) => normalized(domain.host) === host) || this.isDefaultEndpoint(api, host),
    );
    return found && toPort(this.addresses.webSocketApis[found.logicalId]?.port, host);
  }

  private isDefaultEndpoint({ apiId, region }: WebSocketApiBlueprint, host: string): boolean {
    return host === `${apiId}.execute-api.${region}.${partitionOf(region).domain}`;
  }

  private ofLoadBalancer(host: string, { port, protocol }: Target): Route | undefined {
    const found = this.blueprint.loadBalancers.find(({ dnsName, hosts }) =>
      [dnsName, ...hosts].some((one) => normalized(one) === host),
    );
    if (!found) {
      return undefined;
    }
    const listener = found.listeners.find((one) => one.port === port && one.protocol === protocol);
    return listener
      ? toPort(this.addresses.loadBalancers[listener.logicalId]?.port, host)
      : { to: 'nowhere', meaning: `${found.logicalId} has no ${protocol} listener at port ${port}.` };
  }

  private ofService(host: string, { url }: Target): Route | undefined {
    const name = awsNameOf(host);
    if (!name) {
      return undefined;
    }
    const { service = '' } = name;
    if (SERVED.has(service) || (service === 'cognito-idp' && this.isKeySet(url))) {
      return { to: 'services' };
    }
    return { to: 'nowhere', meaning: meaningOf(service, url, serviceName(name)) };
  }

  /** @returns true for a document that the user pools of the assembly publish */
  private isKeySet(url: string): boolean {
    const [, poolId] = PUBLISHED.exec(url) ?? [];
    return this.blueprint.userPools.some(({ userPoolId }) => userPoolId === poolId);
  }
}

/** Hosts that programs must not reach by themselves. */
export function redirectedHosts(routes: Routes): { domains: readonly string[]; hosts: readonly string[] } {
  return { domains: AWS_DOMAINS, hosts: [...new Set(routes.hosts)] };
}

const PUBLISHED = /^\/([^/]+)\/\.well-known\/(?:jwks\.json|openid-configuration)$/;

function toPort(port: number | undefined, host: string): Route {
  return port === undefined ? { to: 'nowhere', meaning: `${host} does not run here.` } : { to: 'port', port };
}

function meaningOf(service: string, url: string, name: string): string {
  const [, poolId] = PUBLISHED.exec(url) ?? [];
  if (service === 'cognito-idp' && poolId !== undefined) {
    return `The user pool ${poolId} is not in this assembly.`;
  }
  if (service === 'cognito-idp') {
    return 'Of Amazon Cognito, only tokens and their keys run here. Fix: get tokens at the token URL of this run.';
  }
  if (service === 'execute-api') {
    return 'No API that runs here has this host.';
  }
  if (service === 'elb') {
    return 'No load balancer that runs here has this host.';
  }
  return `${name.replace(/^./, (first) => first.toUpperCase())} does not run here.`;
}
