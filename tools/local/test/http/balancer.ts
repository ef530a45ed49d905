import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ListenerBlueprint, LoadBalancerBlueprint, TargetGroupBlueprint } from '../../blueprint';
import type { Invoke } from '../../http/lambda-target/lambda-target';
import { Listener } from '../../http/listener/listener';
import { TargetGroup } from '../../http/target-group/target-group';
import type { LogLine } from '../../log-line';

export const FORWARD = { conditions: [], actions: [{ Type: 'forward', TargetGroupArn: 'arn:group' }] };

export interface BalancerOptions {
  readonly rules?: ListenerBlueprint['rules'];
  readonly listener?: Partial<ListenerBlueprint>;
  readonly attributes?: LoadBalancerBlueprint['attributes'];
  readonly group?: Partial<TargetGroupBlueprint>;
  readonly invoke?: Invoke;
  /** Each serves as one target. */
  readonly targets?: readonly Server[];
}

/** One listener before one target group, on loopback. */
export interface Balancer {
  readonly port: number;
  readonly group: TargetGroup;
  readonly log: Omit<LogLine, 'time'>[];
  /** Cuts what is open, unless it may drain. */
  close(drain?: boolean): Promise<void>;
}

const open: Balancer[] = [];
const servers: Server[] = [];

/** Closes all that a test has opened. */
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
  const log: Omit<LogLine, 'time'>[] = [];
  const write = (line: Omit<LogLine, 'time'>) => log.push(line);
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

/** A target that answers by `listener`. */
export async function target(listener: RequestListener): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 10_000, maxHeaderSize: 128 * 1024 }, listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return server;
}

/** A target that answers with what it was asked: method, url, raw headers, body. */
export function echo(): Promise<Server> {
  return target((asked, response) => {
    const { method, url, rawHeaders } = asked;
    text(asked).then(
      (body) => response.end(JSON.stringify({ method, url, headers: rawHeaders, body })),
      // The client, or the load balancer, has given up.
      () => response.destroy(),
    );
  });
}

export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
}

export async function ask({ port }: Balancer, { method, path, headers, body }: Ask = {}): Promise<Answer> {
  const asking = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
  // The answer may come before all of a large body is sent, and is what counts.
  asking.on('error', () => undefined);
  asking.end(body);
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? '',
    headers: response.headers,
    body: await text(response),
  };
}

/** @returns what the target saw, of an answer by {@link echo}: header names in lower case. */
export function seen({ body }: Answer): { method: string; url: string; body: string; headers: Record<string, string> } {
  const asked = JSON.parse(body) as { method: string; url: string; body: string; headers: string[] };
  const pairs = asked.headers.flatMap((name, index) =>
    index % 2 ? [] : [[name.toLowerCase(), asked.headers[index + 1] ?? '']],
  );
  return { ...asked, headers: Object.fromEntries(pairs) };
}

/** Sends bytes as they are. @returns all that comes back, until the other side closes. */
export async function raw({ port }: Balancer, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}

export async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Waits until `condition` holds, event loop turn by turn; fails by the test's own timeout. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
