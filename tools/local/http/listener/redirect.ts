import type { RedirectConfig } from './actions';

/** Values of `#{protocol}` and the other placeholders, from the request as the listener received it. */
export interface RedirectSource {
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly query: string;
}

/**
 * @param localPorts port of a listener in the template → port it listens on here
 * @returns the `Location`. For a listener of the same load balancer, it is the local URL of that listener, with plain http.
 * Otherwise it is the same as on AWS, always with the port, even 443.
 */
export function locationOf(
  { Protocol, Host, Port, Path, Query }: RedirectConfig,
  request: RedirectSource,
  localPorts: ReadonlyMap<number, number>,
): string {
  const values: Record<string, string> = {
    protocol: request.protocol.toLowerCase(),
    host: request.host,
    port: String(request.port),
    path: request.path.slice(1),
    query: request.query,
  };
  const filled = (template: string) =>
    template.replace(/#\{(protocol|host|port|path|query)\}/g, (_, name: string) => values[name] ?? '');
  const host = filled(Host ?? '#{host}');
  const port = filled(Port ?? '#{port}');
  const path = filled(Path ?? '/#{path}');
  const query = filled(Query ?? '#{query}');
  const localPort = host === request.host ? localPorts.get(Number(port)) : undefined;
  const origin = localPort
    ? `http://${host}:${localPort}`
    : `${filled(Protocol ?? '#{protocol}').toLowerCase()}://${host}:${port}`;
  return `${origin}${path}${query && `?${query}`}`;
}
