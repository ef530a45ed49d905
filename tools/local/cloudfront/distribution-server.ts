import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { BehaviorBlueprint, DistributionBlueprint, OriginBlueprint } from '../blueprint';
import { namesThisMachine } from '../host-header';
import { ClientGone, forward } from '../http/ip-target/forward';
import { send } from '../http/listener/answer';
import { ErrorPage } from '../http/listener/error-page';
import { hostWithoutPort, sourceIpOf, targetOf } from '../http/listener/request-facts';
import { HOP_BY_HOP, type RawHeaders, without } from '../http/listener/response-headers';
import { webSocketOf } from '../http/listener/upgrade';
import { TrackedServer } from '../http/tracked-server';
import type { LogOfPart } from '../log-line';
import { behaviorOf } from './behavior';
import type { BucketFiles } from './bucket-files';
import { carry } from './carry';
import type { Origin } from './origin';
import { originHeaders, originPath, type ViewerRequest } from './origin-request';
import { pageOf, refuse, REQUEST_BYTES } from './refusal';
import { viewerHeaders } from './viewer-response';

/** Server of an origin: an entry point of this run, a server in place of buckets, or the files of a bucket. */
export type OriginServer = { readonly origin: Origin } | { readonly page: Origin } | { readonly files: BucketFiles };

export interface DistributionServerOptions {
  readonly distribution: DistributionBlueprint;
  /** By id of the origin. Requests for an origin that is missing get a 502. */
  readonly servers: ReadonlyMap<string, OriginServer>;
  /** Replaces URLs on AWS in the headers of a policy. */
  readonly localize: (text: string) => string;
  readonly log: LogOfPart;
}

/** A request that is being handled. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly upgrade?: Socket;
  readonly facts: ViewerRequest;
}

/** Idle time of a viewer's connection. */
const VIEWER_IDLE_MS = 60_000;

/** A distribution on one port. It uses plain http here, which stands for https. */
export class DistributionServer {
  private readonly server: TrackedServer;

  constructor(private options: DistributionServerOptions) {
    this.server = new TrackedServer(
      // No limit for an upload that makes progress.
      { maxHeaderSize: REQUEST_BYTES, keepAliveTimeout: VIEWER_IDLE_MS, requestTimeout: 0 },
      {
        serve: (request, response, socket) => this.serve(request, response, socket),
        unreadable: (code) => pageOf(code === 'HPE_HEADER_OVERFLOW' ? 413 : 400),
      },
    );
  }

  /**
   * @param port - 0 for any free port
   * @returns the port it listens on. Throws Node's EADDRINUSE if the port is in use
   */
  listen(port: number): Promise<number> {
    return this.server.listen(port);
  }

  /** Serves other files from now on. Open connections stay open. */
  update(servers: DistributionServerOptions['servers']): void {
    this.options = { ...this.options, servers };
  }

  /**
   * Accepts no new connections, lets open requests finish, closes every connection.
   *
   * @param longestMs - maximum milliseconds for open requests and WebSockets
   */
  close(longestMs: number): Promise<void> {
    return this.server.close(longestMs);
  }

  private async serve(request: IncomingMessage, response: ServerResponse, socket?: Socket): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const facts = this.factsOf(request);
    if (!this.server.listening) {
      response.shouldKeepAlive = false;
    }
    try {
      this.refuseForeignHost(request);
      await this.perform({ request, response, facts, ...(socket && { upgrade: webSocketOf(request, socket) }) });
    } catch (error) {
      if (response.destroyed || error instanceof ClientGone) {
        return;
      }
      if (error instanceof ErrorPage && !response.headersSent) {
        await send(response, pageOf(error.status), (headers) => viewerHeaders(headers, facts));
      } else {
        response.destroy();
      }
      const status = error instanceof ErrorPage ? error.status : response.statusCode;
      this.log('warn', `${method} ${url.split('?')[0]} ${status}: ${(error as Error).message}`);
    } finally {
      // An unread body must be consumed before the next request on this connection.
      request.resume();
    }
  }

  private factsOf(request: IncomingMessage): ViewerRequest {
    return {
      viewerAddress: sourceIpOf(request),
      via: `1.1 ${this.options.distribution.domainName} (CloudFront)`,
      requestId: randomBytes(42).toString('base64url'),
    };
  }

  /** As on AWS, a distribution answers only for its own hosts. Names of this machine stand for them. */
  private refuseForeignHost({ headers: { host = '' } }: IncomingMessage): void {
    const { hosts, domainName } = this.options.distribution;
    if (!namesThisMachine(host) && ![domainName, ...hosts].includes(hostWithoutPort(host).toLowerCase())) {
      throw new ErrorPage(403, `its Host ${host} is not a name of this machine or of the distribution`);
    }
  }

  private async perform(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    const { distribution, servers } = this.options;
    const { method = 'GET', headers } = request;
    const url = targetOf(request);
    const [path = '/', query] = url.split(/\?(.*)/s);
    const behavior = behaviorOf(distribution, path);
    const origin = distribution.origins.find(({ id }) => id === behavior?.originId);
    const server = servers.get(behavior?.originId ?? '');
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    refuse({ method, url, hasBody }, behavior?.methods ?? []);
    if (!behavior || !origin || !server) {
      throw new ErrorPage(502, `its origin ${origin?.domainName ?? ''} does not run here`);
    }
    const object = path === '/' ? `/${distribution.defaultRootObject}` : path;
    const rewritten = query === undefined ? object : `${object}?${query}`;
    if ('files' in server) {
      await this.sendFile(exchange, server.files, object, behavior, origin);
    } else if ('page' in server) {
      await this.passToPage(exchange, server.page, rewritten);
    } else {
      await this.forward(exchange, server.origin, rewritten, behavior, origin);
    }
  }

  private async sendFile(
    { request, response, facts }: Exchange,
    files: BucketFiles,
    path: string,
    behavior: BehaviorBlueprint,
    origin: OriginBlueprint,
  ): Promise<void> {
    const { method = 'GET', headers } = request;
    const answer = files.answer(method, `${origin.path}${path}`, headers);
    await send(response, answer, this.decorator(facts, behavior));
    this.log(answer.status < 400 ? 'info' : 'warn', `${method} ${path} ${answer.status} from ${origin.domainName}`);
  }

  /** Passes a request with the viewer's `Host` and headers to the server that answers in place of buckets. */
  private async passToPage({ request, response, facts }: Exchange, page: Origin, path: string): Promise<void> {
    const headers = without(request.rawHeaders, new Set([...HOP_BY_HOP, 'expect']));
    const decorate = (sent: RawHeaders) => viewerHeaders(sent, facts);
    await forward({ target: page, request, response, headers, path, decorate, idleMs: VIEWER_IDLE_MS });
  }

  private async forward(
    { request, response, upgrade, facts }: Exchange,
    target: Origin,
    url: string,
    behavior: BehaviorBlueprint,
    origin: OriginBlueprint,
  ): Promise<void> {
    const { forwards } = behavior;
    // Without the viewer's headers, the origin receives no handshake.
    const isHandshake = upgrade && forwards !== 'nothing';
    await forward({
      ...{ target, request, response },
      headers: originHeaders(request.rawHeaders, forwards, origin, facts),
      path: originPath(url, forwards, origin.path),
      decorate: this.decorator(facts, behavior),
      idleMs: origin.readTimeoutSeconds * 1000,
      carry,
      ...(isHandshake && { upgrade }),
    });
  }

  private decorator(facts: ViewerRequest, { responseHeaders }: BehaviorBlueprint): (headers: RawHeaders) => RawHeaders {
    const { localize } = this.options;
    const policy = responseHeaders && {
      ...responseHeaders,
      set: responseHeaders.set.map((header) => ({ ...header, value: localize(header.value) })),
    };
    return (headers) => viewerHeaders(headers, facts, policy);
  }

  private log(level: 'info' | 'warn', text: string): void {
    this.options.log({ level, text, of: this.options.distribution.logicalId });
  }
}
