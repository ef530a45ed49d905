import type { Blueprint } from '../blueprint';
import { type Latencies, NO_LATENCIES } from '../latency/latencies';
import type { Log } from '../log-line';
import { type Wait, wait as realWait } from '../wait';
import { deniedCall } from '../identity/denied';
import type { Invoke } from './integrations/backends';
import { AWS_LIMITS, type Limits } from './limits';
import type { Identity } from './management-api';
import { TokenBucket } from './token-bucket';
import { WebSocketApi } from './websocket-api';

export interface GatewayOptions {
  readonly invoke: Invoke;
  readonly identity: Identity;
  /** `http://127.0.0.1:4567`: the services that integrations call. */
  readonly awsEndpoint: string;
  readonly log: Log;
  /** Port of each API by its logical id; any free port for 0 or without an entry. */
  readonly ports?: Readonly<Record<string, number>>;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** Limits that override {@link AWS_LIMITS}. */
  readonly limits?: Partial<Limits>;
  /** Latencies of posts to `@connections`. @default - none */
  readonly latencies?: Latencies;
  /** Seconds from the end of a connection until its `$disconnect`. @default 0 */
  readonly disconnectDelaySeconds?: number | 'never';
  /** @default - waits for real time */
  readonly wait?: Wait;
}

/** The running WebSocket APIs of an assembly. */
export interface Gateway {
  /** Ports by logical id. */
  readonly ports: Readonly<Record<string, number>>;
  /** Closes every connection with 1001 and runs `$disconnect` for each. Resolves when no function is running. */
  drain(): Promise<void>;
}

/** Runs API Gateway for the WebSocket APIs of a blueprint. Throws if a port is in use; no API runs then. */
export async function startGateway(
  { webSocketApis }: Pick<Blueprint, 'webSocketApis'>,
  {
    invoke,
    identity,
    awsEndpoint,
    log,
    ports = {},
    host = '127.0.0.1',
    limits,
    latencies = NO_LATENCIES,
    disconnectDelaySeconds = 0,
    wait = realWait,
  }: GatewayOptions,
): Promise<Gateway> {
  const all = { ...AWS_LIMITS, ...limits };
  const newConnections = new TokenBucket(all.newConnectionsPerSecond, all.newConnectionsPerSecond);
  const options = {
    ...{ invoke, identity, awsEndpoint, log, newConnections, limits: all },
    mayInvoke: (roleArn: string, functionArn: string) => denialOf(identity, roleArn, functionArn),
    ...{ latencies, disconnectDelaySeconds, wait },
  };
  const running: WebSocketApi[] = [];
  const taken: Record<string, number> = {};
  const drain = async () => {
    await Promise.all(running.map((api) => api.drain()));
  };
  try {
    for (const blueprint of webSocketApis) {
      const api = new WebSocketApi(blueprint, running, options);
      taken[blueprint.logicalId] = await api.listen(ports[blueprint.logicalId] ?? 0, host);
      running.push(api);
    }
  } catch (error) {
    await drain();
    throw error;
  }
  return { ports: taken, drain };
}

async function denialOf(identity: Identity, roleArn: string, functionArn: string): Promise<string | undefined> {
  const action = 'lambda:InvokeFunction';
  const { allowed, statementToAdd } = await identity.authorize(roleArn, action, functionArn);
  const denied = { role: roleArn, action, resource: functionArn, ...(statementToAdd && { statementToAdd }) };
  return allowed ? undefined : deniedCall(denied).text;
}
