import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ListenerBlueprint, LoadBalancerBlueprint, TargetGroupBlueprint } from '../../blueprint';
import type { Invoke } from '../../http/lambda-target/lambda-target';
import { Listener } from '../../http/listener/listener';
import { TargetGroup } from '../../http/target-group/target-group';
import type { LogLine } from '../../log-line';
import { PLACE } from '../place';

export const FORWARD = { conditions: [], actions: [{ Type: 'forward', TargetGroupArn: 'arn:group' }] };

export interface BalancerOptions {
  readonly rules?: ListenerBlueprint['rules'];
  readonly listener?: Partial<ListenerBlueprint>;
  readonly attributes?: LoadBalancerBlueprint['attributes'];
  readonly group?: Partial<TargetGroupBlueprint>;
  readonly invoke?: Invoke;
  /** Servers to register as targets. */
  readonly targets?: readonly Server[];
}

/** A listener on loopback that forwards to one target group. */
export interface Balancer {
  readonly port: number;
  readonly group: TargetGroup;
  readonly log: Omit<LogLine, 'time' | 'process'>[];
  /** Closes the listener. Ends open requests immediately unless `drain` is true. */
  close(drain?: boolean): Promise<void>;
}

const open: Balancer[] = [];
const servers: Server[] = [];

/** Closes everything that a test has opened. */
export async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((balancer) => balancer.close()));
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
}

export function groupBlueprint(group: Partial<TargetGroupBlueprint> = {}): TargetGroupBlueprint {
  return {
    ...PLACE,
    logicalId: 'Group',
    name: 'group',
    arn: 'arn:group',
    targetType: 'ip',
    healthCheck: {
      enabled: false,
      path: '/health',
      intervalSeconds: 0.02,
      timeoutSeconds: 1,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      matcher: '200',
    },
    attributes: { 'deregistration_delay.timeout_seconds': '1' },
    ...group,
  };
}

export function loadBalancerBlueprint(
  listener: ListenerBlueprint,
  attributes: LoadBalancerBlueprint['attributes'] = {},
): LoadBalancerBlueprint {
  const hosts = ['api.example.com'];
  return {
    ...PLACE,
    logicalId: 'Balancer',
    name: 'balancer',
    arn: 'arn:b',
    dnsName: 'b',
    hosts,
    attributes,
    listeners: [listener],
  };
}

export function listenerBlueprint(listener: Partial<ListenerBlueprint> = {}): ListenerBlueprint {
  return {
    logicalId: 'Listener',
    arn: 'arn:listener',
    port: 443,
    protocol: 'HTTPS',
    attributes: {},
    rules: [FORWARD],
    targetGroups: [groupBlueprint()],
    ...listener,
  };
}

export async function balancer(options: BalancerOptions = {}): Promise<Balancer> {
  const log: Omit<LogLine, 'time' | 'process'>[] = [];
  const write = (line: Omit<LogLine, 'time' | 'process'>) => log.push(line);
  const blueprint = listenerBlueprint({ ...(options.rules && { rules: options.rules }), ...options.listener });
  const loadBalancer = loadBalancerBlueprint(blueprint, { 'idle_timeout.timeout_seconds': '5', ...options.attributes });
  const group = new TargetGroup(groupBlueprint(options.group), 5000, write);
  const localPorts = new Map<number, number>();
  const listener = new Listener({
    listener: blueprint,
    loadBalancer,
    targetGroups: new Map([['arn:group', group]]),
    localPorts,
    invoke: options.invoke ?? (() => Promise.reject(new Error('no function here'))),
    log: write,
  });
  const port = await listener.listen(0);
  localPorts.set(blueprint.port, port);
  const registered = (options.targets ?? []).map((server) => group.register('127.0.0.1', portOf(server)));
  const result = {
    port,
    group,
    log,
    async close(drain = false) {
      listener.refuseConnections();
      await Promise.all(registered.map((target) => group.deregister(target, drain ? undefined : 0)));
      await listener.close(drain ? undefined : 0);
    },
  };
  open.push(result);
  return result;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Starts a target that handles requests with `listener`. */
export async function target(listener: RequestListener): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 10_000, maxHeaderSize: 128 * 1024 }, listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return server;
}

/** Starts a target that responds with the request it received: method, URL, raw headers and body. */
export function echo(): Promise<Server> {
  return target((received, response) => {
    const { method, url, rawHeaders } = received;
    text(received).then(
      (body) => response.end(JSON.stringify({ method, url, headers: rawHeaders, body })),
      // The client or the load balancer closed the connection.
      () => response.destroy(),
    );
  });
}

export interface ReceivedResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface SentRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
}

export async function send(
  { port }: Balancer,
  { method, path, headers, body }: SentRequest = {},
): Promise<ReceivedResponse> {
  const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
  // The response can arrive before all of a large body is sent. Only the response matters.
  outgoing.on('error', () => undefined);
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? '',
    headers: response.headers,
    body: await text(response),
  };
}

/** @returns the request that {@link echo} received, with header names in lowercase, and repeated headers joined by commas. */
export function seen({ body }: ReceivedResponse): {
  method: string;
  url: string;
  body: string;
  headers: Record<string, string>;
} {
  const received = JSON.parse(body) as { method: string; url: string; body: string; headers: string[] };
  const headers: Record<string, string> = {};
  for (let index = 0; index < received.headers.length; index += 2) {
    const [name = '', value = ''] = received.headers.slice(index, index + 2);
    headers[name.toLowerCase()] = [headers[name.toLowerCase()] ?? [], value].flat().join(', ');
  }
  return { ...received, headers };
}

/** Sends raw bytes. @returns everything received until the other side closes. */
export async function raw({ port }: Pick<Balancer, 'port'>, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}

export async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Polls until `condition` holds. The timeout of the test limits the wait. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
