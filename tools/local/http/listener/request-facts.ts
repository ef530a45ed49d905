import type { IncomingMessage } from 'node:http';

/** The parts of a request that the conditions of a rule read. */
export interface RequestFacts {
  readonly method: string;
  /** Hosts of the request, without port: the local host and, for `api.localhost`, the `api.example.com` that it stands for. */
  readonly hosts: readonly string[];
  /** Path as sent, not decoded: `/a%20b` */
  readonly path: string;
  /** Query as sent, without `?`; '' for none. */
  readonly query: string;
  /** Lower-case name → values, in order. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly sourceIp: string;
}

/** @param hosts names whose records point to the load balancer: `api.localhost` stands for those that begin with `api.` */
export function factsOf(request: IncomingMessage, hosts: readonly string[]): RequestFacts {
  // A request to a proxy also contains scheme and host: `GET http://api.localhost/path`.
  const target = (request.url ?? '/').replace(/^[a-z][a-z\d+.-]*:\/\/[^/?]*/i, '');
  const [path = '', ...query] = target.split('?');
  return {
    method: request.method ?? 'GET',
    hosts: namesOf(hostWithoutPort(request.headers.host ?? ''), hosts),
    path: path || '/',
    query: query.join('?'),
    headers: request.headersDistinct,
    sourceIp: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
  };
}

export function hostWithoutPort(host: string): string {
  return host.replace(/:\d*$/, '');
}

function namesOf(local: string, hosts: readonly string[]): string[] {
  const [, label] = /^([^.]+)\.localhost$/i.exec(local) ?? [];
  return [local, ...hosts.filter((host) => label && host.toLowerCase().startsWith(`${label.toLowerCase()}.`))];
}
