import type { IncomingMessage } from 'node:http';
import { namesThisMachine } from '../../host-header';

/** The parts of a request that the conditions of a rule read. */
export interface RequestFacts {
  readonly method: string;
  /**
   * Hosts of the request, without port: the local host, and the hosts that it stands for. `api.localhost` stands for `api.example.com`.
   * `localhost` and loopback addresses stand for the only host, or in a request for a WebSocket for the hosts for WebSockets.
   */
  readonly hosts: readonly string[];
  /** Path as sent, not decoded: `/a%20b` */
  readonly path: string;
  /** Query as sent, without `?`; '' for none. */
  readonly query: string;
  /** Lower-case name → values, in order. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly sourceIp: string;
}

/**
 * @param hosts names whose records point to the load balancer: `api.localhost` stands for those that begin with `api.`
 * @param webSocketHosts names in the conditions of rules for WebSockets
 */
export function factsOf(
  request: IncomingMessage,
  hosts: readonly string[],
  webSocketHosts: readonly string[],
): RequestFacts {
  const [path = '', ...query] = targetOf(request).split('?');
  return {
    method: request.method ?? 'GET',
    hosts: namesOf(request, hosts, webSocketHosts),
    path,
    query: query.join('?'),
    headers: request.headersDistinct,
    sourceIp: sourceIpOf(request),
  };
}

/** @returns path and query as sent. A request to a proxy also contains scheme and host: `GET http://api.localhost/path` */
export function targetOf({ url = '/' }: IncomingMessage): string {
  return url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?]*/i, '').replace(/^(?=\?|$)/, '/');
}

/** @returns the address of the client, without the prefix of an IPv4 address at an IPv6 socket */
export function sourceIpOf({ socket }: IncomingMessage): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

export function hostWithoutPort(host: string): string {
  return host.replace(/:\d*$/, '');
}

function namesOf(
  { headers }: IncomingMessage,
  hosts: readonly string[],
  webSocketHosts: readonly string[],
): readonly string[] {
  const local = hostWithoutPort(headers.host ?? '');
  const [, label] = /^([^.]+)\.localhost$/i.exec(local) ?? [];
  const known = [...new Set([...hosts, ...webSocketHosts])];
  if (label) {
    return [local, ...known.filter((host) => host.toLowerCase().startsWith(`${label.toLowerCase()}.`))];
  }
  if (!namesThisMachine(local)) {
    return [local];
  }
  return [
    local,
    ...(headers.upgrade?.toLowerCase() === 'websocket' ? webSocketHosts : known.length === 1 ? known : []),
  ];
}
