import { randomBytes } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ListenerBlueprint, LoadBalancerBlueprint } from '../../blueprint';
import type { LogOfPart } from '../../log-line';
import { namesThisMachine } from '../../host-header';
import { webSocketEntryOf } from '../../web-socket-entry';
import { ClientGone, forward } from '../ip-target/forward';
import { invokeFunction, type Invoke } from '../lambda-target/lambda-target';
import type { TargetGroup } from '../target-group/target-group';
import { TrackedServer } from '../tracked-server';
import { type Action, answering, targetGroupOf } from './actions';
import { pageOf, send } from './answer';
import { type Condition, meets } from './conditions';
import { ErrorPage } from './error-page';
import { REQUEST_HEADERS, refuse } from './limits';
import { locationOf } from './redirect';
import { factsOf, hostWithoutPort, type RequestFacts } from './request-facts';
import { requestHeaders } from './request-headers';
import { type RawHeaders, responseHeaders } from './response-headers';
import { traceId } from './trace-id';
import { unreadablePage } from './unreadable';
import { webSocketOf } from './upgrade';

export interface ListenerOptions {
  readonly listener: ListenerBlueprint;
  readonly loadBalancer: LoadBalancerBlueprint;
  /** Target groups by ARN: at least those in the listener's rules. */
  readonly targetGroups: ReadonlyMap<string, TargetGroup>;
  /** Port in the template → local port, of the load balancer's listeners. Entries can be added until the first request. */
  readonly localPorts: ReadonlyMap<number, number>;
  readonly invoke: Invoke;
  readonly log: LogOfPart;
}

/** A request that is being handled. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly upgrade?: Socket;
  readonly facts: RequestFacts;
}

/** A listener of a load balancer. An HTTPS listener uses plain http here, and reports https to the targets. */
export class Listener {
  private readonly server: TrackedServer;
  private readonly webSocketHosts: readonly string[];
  private readonly idleMs: number;
  private readonly decorate: (headers: RawHeaders) => RawHeaders;

  constructor(private readonly options: ListenerOptions) {
    this.idleMs = idleMs(options.loadBalancer);
    this.webSocketHosts = webSocketEntryOf(options.listener, options.loadBalancer)?.hosts ?? [];
    this.decorate = responseHeaders(options.listener.attributes);
    this.server = new TrackedServer(
      {
        maxHeaderSize: REQUEST_HEADERS,
        keepAliveTimeout: this.idleMs,
        headersTimeout: this.idleMs,
        connectionsCheckingInterval: Math.min(this.idleMs, 30_000),
        // No limit for an upload that makes progress. The idle timeout ends other uploads.
        requestTimeout: 0,
        // The response of Node.js would differ from the load balancer's.
        requireHostHeader: false,
      },
      {
        serve: (request, response, upgrade) => this.serve(request, response, upgrade),
        unreadable: unreadablePage,
      },
    );
  }

  /**
   * @param port 0 for any free port
   * @returns the port it listens on. Throws Node's EADDRINUSE if the port is in use
   */
  listen(port: number): Promise<number> {
    return this.server.listen(port);
  }

  /** Accepts no new connections. Open connections close after their response. */
  refuseConnections(): void {
    this.server.refuseConnections();
  }

  /**
   * Closes every connection after open requests have finished.
   *
   * @param longestDrainMs maximum milliseconds for open requests; by default the idle timeout, which also limits functions
   */
  close(longestDrainMs = this.idleMs): Promise<void> {
    return this.server.close(longestDrainMs);
  }

  private async serve(request: IncomingMessage, response: ServerResponse, upgrade?: Socket): Promise<void> {
    const began = performance.now();
    if (!this.server.listening) {
      response.shouldKeepAlive = false;
    }
    const facts = factsOf(request, this.options.loadBalancer.hosts, this.webSocketHosts);
    const line = (status: number) =>
      `${facts.method} ${facts.path} ${status} in ${Math.round(performance.now() - began)} ms`;
    try {
      refuse(request);
      this.refuseForeignHost(facts);
      await this.perform({ request, response, facts, ...(upgrade && { upgrade: webSocketOf(request, upgrade) }) });
      this.log('info', line(response.statusCode));
    } catch (error) {
      if (response.destroyed || error instanceof ClientGone) {
        this.log('info', `${line(460)}: the client closed the connection`);
      } else if (error instanceof ErrorPage && !response.headersSent) {
        // A client that has not sent the whole request cannot send another one on this connection.
        response.shouldKeepAlive &&= error.status !== 408;
        await send(response, pageOf(error.status), this.decorate);
        this.log('warn', `${line(error.status)}: ${error.message}`);
      } else {
        response.destroy();
        this.log('warn', `${line(response.statusCode)}: ${(error as Error).message}`);
      }
    } finally {
      // An unread body must be consumed before the next request on this connection.
      request.resume();
    }
  }

  /**
   * Refuses a request of a web page whose site resolves its own name to this machine. This differs from AWS, where a load
   * balancer accepts any `Host`.
   */
  private refuseForeignHost(facts: RequestFacts): void {
    const { listener, loadBalancer } = this.options;
    const [host = ''] = facts.hosts;
    const conditions = listener.rules.flatMap((rule) => rule.conditions as Condition[]);
    const expected =
      host === '' ||
      namesThisMachine(host) ||
      [...loadBalancer.hosts, loadBalancer.dnsName].includes(host.toLowerCase()) ||
      conditions.some((condition) => condition.Field === 'host-header' && meets(facts, condition));
    if (!expected) {
      throw new ErrorPage(403, `its Host ${host} is not a name of this machine or of the load balancer`);
    }
  }

  private async perform(exchange: Exchange): Promise<void> {
    const { facts, response } = exchange;
    const { listener, localPorts } = this.options;
    const rule = listener.rules.find(({ conditions }) =>
      (conditions as Condition[]).every((condition) => meets(facts, condition)),
    );
    const action = answering((rule?.actions ?? []) as Action[]);
    if (action?.FixedResponseConfig) {
      const { StatusCode, ContentType = 'text/plain', MessageBody = '' } = action.FixedResponseConfig;
      const status = Number(StatusCode);
      const headers = ['Content-Type', `${ContentType}; charset=utf-8`];
      const answer = { status, reason: STATUS_CODES[status] ?? '', headers, body: MessageBody };
      await send(response, answer, this.decorate);
    } else if (action?.RedirectConfig) {
      const source = { protocol: listener.protocol, port: listener.port, host: hostWithoutPort(facts.hosts[0] ?? '') };
      const location = locationOf(
        action.RedirectConfig,
        { ...source, path: facts.path, query: facts.query },
        localPorts,
      );
      const status = Number(action.RedirectConfig.StatusCode.replace('HTTP_', ''));
      await send(response, pageOf(status, ['Location', location]), this.decorate);
    } else if (action) {
      await this.forward(exchange, action);
    } else {
      throw new ErrorPage(500, 'its rule has no forward, redirect or fixed-response action');
    }
  }

  private async forward({ request, response, upgrade, facts }: Exchange, action: Action): Promise<void> {
    const { invoke, listener, loadBalancer, targetGroups } = this.options;
    const group = targetGroups.get(targetGroupOf(action, Math.random()) ?? '');
    if (!group) {
      throw new ErrorPage(503, 'no target group of its rule has a weight above 0');
    }
    const headers = requestHeaders(request.rawHeaders, loadBalancer.attributes, {
      clientAddress: facts.sourceIp,
      clientPort: request.socket.remotePort ?? 0,
      port: listener.port,
      protocol: listener.protocol,
      dnsName: loadBalancer.dnsName,
      traceId: traceId(new Date(), randomBytes(12).toString('hex')),
    });
    const { decorate, idleMs } = this;
    if (group.blueprint.targetType === 'lambda') {
      if (upgrade) {
        throw new ErrorPage(400, 'a Lambda function cannot handle a WebSocket');
      }
      const answer = await invokeFunction({ group: group.blueprint, request, facts, headers, idleMs, invoke });
      if (response.destroyed) {
        throw new ClientGone();
      }
      await send(response, answer, decorate);
      return;
    }
    const target = group.next();
    if (!target) {
      throw new ErrorPage(503, `no target is registered in ${group.blueprint.logicalId}`);
    }
    await target.during(() =>
      forward({ target, request, response, headers, decorate, idleMs, ...(upgrade && { upgrade }) }),
    );
  }

  private log(level: 'info' | 'warn', text: string): void {
    this.options.log({ level, text, of: this.options.listener.logicalId });
  }
}

/** @returns the idle timeout of the load balancer in milliseconds. AWS's default is 60 s */
export function idleMs({ attributes }: LoadBalancerBlueprint): number {
  return Number(attributes['idle_timeout.timeout_seconds'] ?? 60) * 1000;
}
