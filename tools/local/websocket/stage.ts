import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { WebSocketApiBlueprint, WebSocketRouteBlueprint } from '../blueprint';
import type { Outcome } from '../functions/outcome';
import type { Denial, Log, LogLine } from '../log-line';
import type { Wait } from '../wait';
import { Connection, type ConnectionListener } from './connection';
import { type ConnectionFacts, Events } from './events';
import type { Close } from './gateway-responses';
import { newId } from './id';
import type { Backends } from './integrations/backends';
import { integrate } from './integrations/integration';
import type { RouteEvent } from './integrations/mapping';
import type { IntegrationResult } from './integrations/result';
import type { Limits } from './limits';
import { TokenBucket } from './token-bucket';

/** Dependencies of a stage. */
export interface StageOptions extends Backends {
  readonly log: Log;
  readonly limits: Limits;
  /** Seconds from the end of a connection until its `$disconnect`. */
  readonly disconnectDelaySeconds: number | 'never';
  readonly wait: Wait;
}

/** An API's deployed stage: its connections, its throttle, and the invocation of its functions. */
export class Stage {
  /** Established connections by id. A connection is removed as soon as it closes. */
  readonly connections = new Map<string, Connection>();
  readonly events: Events;
  readonly limits: Limits;
  private readonly throttle: TokenBucket;
  private readonly open = new Set<Connection>();
  private readonly running = new Set<Promise<unknown>>();
  private readonly draining = new AbortController();
  private readonly backends: Backends;

  constructor(
    readonly api: WebSocketApiBlueprint,
    private readonly options: StageOptions,
  ) {
    // Each delayed `$disconnect` listens.
    setMaxListeners(0, this.draining.signal);
    const { rateLimit, burstLimit } = api.stage;
    this.limits = options.limits;
    this.events = new Events(api);
    this.backends = { ...options, invoke: (...invocation) => this.invoke(...invocation) };
    this.throttle = new TokenBucket(rateLimit ?? options.limits.requestsPerSecond, burstLimit ?? options.limits.burst);
  }

  /** Counts one request, a handshake or a frame, against the stage's throttle. @returns false if it is throttled */
  takeRequest(): boolean {
    return this.throttle.take(performance.now());
  }

  route(routeKey: string): WebSocketRouteBlueprint | undefined {
    return this.api.routes.find((route) => route.routeKey === routeKey);
  }

  /** Creates the connection of an accepted socket. From now on it can receive posts. */
  establish(
    facts: ConnectionFacts,
    webSocket: WebSocket,
    stream: Socket,
    frames: (from: Connection, text: string) => Promise<void>,
  ): void {
    const listener: ConnectionListener = {
      received: (from, text) => this.run(frames(from, text)),
      ended: ({ facts: { connectionId } }, close) => {
        this.connections.delete(connectionId);
        this.run(this.disconnect(facts, close));
      },
    };
    const connection = new Connection(facts, webSocket, stream, this.limits, listener);
    this.connections.set(facts.connectionId, connection);
    this.open.add(connection);
    connection.closed.then(() => this.open.delete(connection));
  }

  /**
   * Runs `$disconnect`, if the API has this route, now or later or never, as the options say: "API Gateway will try its best to
   * deliver the $disconnect event to your integration, but it cannot guarantee delivery" ("Manage connected users and client
   * apps"). When the stage is drained, it runs without further delay. Its response is ignored; a failure is logged, but not the
   * client's reason.
   */
  async disconnect(facts: ConnectionFacts, { code, reason }: Close): Promise<void> {
    this.log('info', `${facts.connectionId} disconnected: ${code}`);
    const { disconnectDelaySeconds: delay, wait } = this.options;
    const route = this.route('$disconnect');
    if (route && delay !== 'never') {
      if (delay > 0) {
        await wait(delay * 1000, this.draining.signal);
      }
      const request = { requestId: newId(), time: Date.now() };
      await this.integrate(route, facts, this.events.disconnect(facts, request, code, reason));
    }
  }

  /** Runs a route's integration, and logs its status and duration. */
  async integrate(
    route: WebSocketRouteBlueprint,
    facts: ConnectionFacts,
    event: RouteEvent,
  ): Promise<IntegrationResult> {
    const start = performance.now();
    const result = await integrate(route, event, this.backends);
    const took = `${Math.round(performance.now() - start)} ms`;
    if ('failure' in result) {
      this.log('error', `${facts.connectionId} ${route.routeKey} failed after ${took}: ${result.failure}`);
    } else {
      this.log('info', `${facts.connectionId} ${route.routeKey}: ${result.statusCode} in ${took}`);
    }
    return result;
  }

  /** Invokes a function. Never rejects: an error before the invocation becomes an outcome. */
  invoke(functionArn: string, event: unknown, timeoutMs: number): Promise<Outcome> {
    return this.options.invoke(functionArn, event, timeoutMs).catch(({ message }: Error) => ({
      error: 'Unhandled',
      message: `not invoked: ${message}`,
      payload: undefined,
    }));
  }

  log(level: LogLine['level'], text: string, denied?: Denial): void {
    this.options.log({ process: 'websocket', level, text, of: this.api.logicalId, ...(denied && { denied }) });
  }

  /** Tracks work that {@link drain} waits for. If it fails, the error is logged. */
  run(work: Promise<unknown>): void {
    const running = work
      .catch((error: unknown) =>
        this.log('error', error instanceof Error ? (error.stack ?? error.message) : String(error)),
      )
      .finally(() => this.running.delete(running));
    this.running.add(running);
  }

  /** Closes every connection, and waits until the sockets are closed and all work has finished. */
  async drain(close: Close): Promise<void> {
    this.draining.abort();
    while (this.open.size > 0 || this.running.size > 0) {
      for (const connection of this.open) {
        connection.close(close);
      }
      await Promise.all([...this.running, ...[...this.open].map(({ closed }) => closed)]);
    }
  }
}
