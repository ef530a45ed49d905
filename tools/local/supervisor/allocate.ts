import { randomInt } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, isIP } from 'node:net';
import { promisify } from 'node:util';
import type { Addresses } from '../addresses';
import type { Blueprint, ListenerBlueprint, LoadBalancerBlueprint, WebSocketApiBlueprint } from '../blueprint';
import { webSocketPathOf } from '../cloudfront/web-socket-path';
import { hasNoIpv6, IPV6_LOOPBACK } from '../loopback';
import { UserError } from '../user-error';
import { webSocketEntryOf } from '../web-socket-entry';
import { sharedHosts } from '../websocket/endpoint';

/**
 * Assigns a port to every entry point of the blueprint: `first` to the first distribution, the next ones to the other distributions, the
 * listeners, the WebSocket APIs and the AWS endpoint, in this order; any free ports if `first` is 0.
 *
 * Uses a name below `localhost` if this machine resolves it: browsers and curl always do, Node.js uses the system's resolver.
 *
 * Throws a {@link UserError} if a port is in use.
 */
export async function allocate(blueprint: Blueprint, first: number): Promise<Addresses> {
  let next = first;
  const port = () => (first === 0 ? anyFree() : free(next++));
  const listeners = blueprint.loadBalancers.flatMap((loadBalancer) =>
    loadBalancer.listeners.map((listener) => ({ loadBalancer, listener })),
  );

  const distributions: Record<string, { port: number; url: string; webSocketUrl?: string }> = {};
  for (const distribution of blueprint.distributions) {
    const number = await port();
    const place = `${await localName(distribution.hosts[0] ?? distribution.domainName)}:${number}`;
    const path = webSocketPathOf(distribution, blueprint);
    distributions[distribution.logicalId] = {
      port: number,
      url: `http://${place}`,
      ...(path !== undefined && { webSocketUrl: `ws://${place}${path}` }),
    };
  }
  const loadBalancers: Record<string, { port: number; url: string; webSocketUrl?: string }> = {};
  for (const { loadBalancer, listener } of listeners) {
    const number = await port();
    const { http, webSocket, webSocketPath = '' } = placesOf(listener, loadBalancer);
    loadBalancers[listener.logicalId] = {
      port: number,
      url: `http://${await localName(http)}:${number}`,
      ...(webSocket !== undefined && { webSocketUrl: `ws://${await localName(webSocket)}:${number}${webSocketPath}` }),
    };
  }
  const ports = new Map<WebSocketApiBlueprint, number>();
  for (const api of blueprint.webSocketApis) {
    ports.set(api, await port());
  }
  const webSocketApis: Record<string, { port: number; url: string; managementUrl: string }> = {};
  for (const [api, own] of ports) {
    const [domain] = api.domains;
    // The port of the first API serves all APIs of a domain.
    const [, shared] = [...ports].find(([other]) => domain && sharedHosts(api, other).includes(domain.host)) ?? [];
    const place = shared ?? own;
    const path = prefixed(domain ? domain.mappingKey : api.stage.name);
    webSocketApis[api.logicalId] = {
      port: own,
      url: `ws://${await localName(domain?.host)}:${place}${path}`,
      managementUrl: `http://127.0.0.1:${place}${path}`,
    };
  }
  const awsEndpoint = `http://127.0.0.1:${await port()}`;
  // Not one of the consecutive ports: only processes of the run use it.
  const functionsEndpoint = `http://127.0.0.1:${await anyFree()}`;
  return { awsEndpoint, functionsEndpoint, webSocketApis, loadBalancers, distributions };
}

/** The hosts of a listener, and its path for WebSockets. `http` is one that is not for WebSockets, if there is one; `webSocket` is '' for any host. */
function placesOf(
  listener: ListenerBlueprint,
  loadBalancer: LoadBalancerBlueprint,
): { http?: string; webSocket?: string; webSocketPath?: string } {
  const { hosts, dnsName } = loadBalancer;
  const entry = webSocketEntryOf(listener, loadBalancer);
  const http = hosts.find((host) => !entry?.hosts.includes(host)) ?? hosts[0];
  return {
    ...(http !== undefined && { http }),
    ...(entry && { webSocket: entry.hosts.find((host) => host !== dnsName) ?? '' }),
    ...(entry?.path !== undefined && { webSocketPath: entry.path }),
  };
}

function prefixed(segment: string): string {
  return segment && `/${segment}`;
}

/**
 * @returns `api.localhost` for `api.example.com`; `localhost` for an address, for a host that no name can begin with, and if the system
 *   does not resolve that name
 */
export async function localName(host = ''): Promise<string> {
  const label = isIP(host) === 0 && /^[a-z0-9][^.]*/.exec(host)?.[0];
  const name = label && label !== 'localhost' ? `${label}.localhost` : 'localhost';
  return lookup(name).then(
    () => name,
    () => 'localhost',
  );
}

/** Ports below the range for outgoing connections, so that no connection uses a port before its process listens on it. */
const ANY = { from: 10_000, to: 32_768 };

/** @returns a port that is free at both addresses of `localhost` */
export async function anyFree(): Promise<number> {
  const port = randomInt(ANY.from, ANY.to);
  return free(port).catch((error) => {
    if (error instanceof UserError) {
      return anyFree();
    }
    throw error;
  });
}

/** @returns the port. Throws a {@link UserError} if it is in use at either address of `localhost` */
export async function free(port: number): Promise<number> {
  for (const host of ['127.0.0.1', IPV6_LOOPBACK]) {
    const server = createServer().listen(port, host);
    try {
      await once(server, 'listening');
      await promisify(server.close).call(server);
    } catch (error) {
      if (!hasNoIpv6(error as NodeJS.ErrnoException)) {
        throw unusable(port, error as NodeJS.ErrnoException);
      }
    }
  }
  return port;
}

function unusable(port: number, { code }: NodeJS.ErrnoException): UserError {
  return new UserError(
    code === 'EADDRINUSE'
      ? `Port ${port} is in use. Fix: stop the program that uses it, or set another first port (--port).`
      : `Port ${port} cannot be opened (${code}). Fix: set another first port (--port).`,
  );
}
