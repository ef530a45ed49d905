import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { identityCheck, verdictOf } from './authorizer';
import { type Client, clientOf } from './client';
import { onDeparture } from './client-departure';
import type { Endpoint } from './endpoint';
import type { ConnectionFacts, Request } from './events';
import { frameHandler } from './frames';
import { handshakeRefusal } from './gateway-responses';
import { answerUpgrade } from './http-answer';
import { authorizeBySignature } from './iam-authorization';
import { newId } from './id';
import type { Identity } from './management-api';
import type { Stage } from './stage';
import type { TokenBucket } from './token-bucket';

/** Decision of the gateway: the facts of a new connection, or a status, or none because the client left. */
type Admission =
  | { readonly facts: ConnectionFacts; readonly protocol?: string }
  | { readonly left: true }
  | { readonly statusCode: number; readonly reason: string; readonly message?: string };

/** Timeout of an authorizer of a WebSocket API, the same as that of an integration: 29 s [D]. */
const AUTHORIZER_TIMEOUT_MS = 29_000;

/** Upgrades sockets from HTTP to WebSocket: after the authorizer and `$connect` have allowed it, the client gets its 101. */
export class Handshake {
  private readonly server: WebSocketServer;
  private readonly protocols = new WeakMap<IncomingMessage, string>();
  private readonly frames: ReturnType<typeof frameHandler>;
  private readonly hasIdentity: ReturnType<typeof identityCheck>;
  private stopped = false;

  /** @param newConnections - the account's limit for new connections, which all APIs share */
  constructor(
    private readonly stage: Stage,
    private readonly newConnections: TokenBucket,
    private readonly identity: Identity,
  ) {
    this.frames = frameHandler(stage);
    this.hasIdentity = identityCheck(
      stage.route('$connect')?.authorizer?.identitySources ?? [],
      stage.api.stage.variables,
    );
    this.server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // Unverified: no source mentions that API Gateway compresses messages.
      perMessageDeflate: false,
      maxPayload: stage.limits.messageBytes,
      handleProtocols: (_offered, request) => this.protocols.get(request) ?? false,
    });
  }

  /** Refuses all further connections, even if `$connect` allows them. */
  stop(): void {
    this.stopped = true;
  }

  /**
   * Handles an upgrade request. Never throws because of the client's input.
   *
   * @param endpoint - undefined for a request to another host or path
   */
  async upgrade(request: IncomingMessage, socket: Socket, head: Buffer, endpoint: Endpoint | undefined): Promise<void> {
    const { stage } = this;
    // Events of the socket show that a client left. The error itself is of no interest.
    socket.on('error', () => socket.destroy());
    const connectionId = newId();
    const current: Request = { requestId: newId(), time: Date.now() };
    const admission = await this.admit(request, socket, endpoint, connectionId, current);
    if ('left' in admission) {
      socket.destroy();
      return;
    }
    if ('statusCode' in admission) {
      const { statusCode, reason, message } = admission;
      stage.log(statusCode < 500 ? 'warn' : 'error', `${connectionId} handshake refused with ${statusCode}: ${reason}`);
      answerUpgrade(socket, statusCode, handshakeRefusal(statusCode, connectionId, current.requestId, message));
      return;
    }
    const { facts, protocol } = admission;
    const offered = request.headers['sec-websocket-protocol'];
    if (protocol !== undefined) {
      this.protocols.set(request, protocol);
    } else if (offered !== undefined) {
      const fix = 'Fix: return one in the header Sec-WebSocket-Protocol of the response of $connect';
      stage.log('warn', `${connectionId} offers subprotocols, and $connect selects none, so browsers close it. ${fix}`);
    }
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      stage.log('info', `${connectionId} connected from ${facts.sourceIp}`);
      stage.establish(facts, webSocket, socket, this.frames);
    });
  }

  private async admit(
    request: IncomingMessage,
    socket: Socket,
    endpoint: Endpoint | undefined,
    connectionId: string,
    current: Request,
  ): Promise<Admission> {
    const { stage } = this;
    const { url = '/', headers } = request;
    if (url.length > stage.limits.urlCharacters) {
      return { statusCode: 414, reason: `the URL is longer than ${stage.limits.urlCharacters} characters` };
    }
    if (endpoint?.path !== '/') {
      return { statusCode: 403, reason: `${headers.host}${url.split('?')[0]} is not an endpoint of this API` };
    }
    if (!isWebSocketUpgrade(request)) {
      return { statusCode: 400, reason: 'the request is not a WebSocket handshake of version 13' };
    }
    if (!this.newConnections.take(performance.now())) {
      return { statusCode: 429, reason: `more than ${stage.limits.newConnectionsPerSecond} new connections a second` };
    }
    if (!stage.takeRequest()) {
      return { statusCode: 429, reason: "more than the stage's rate and burst allow" };
    }
    const client = clientOf(request, endpoint.domainName, current.time);
    const { sourceIp, userAgent } = client;
    const { domainName } = endpoint;
    const anyone = { connectionId, connectedAt: current.time, domainName, sourceIp, userAgent };
    const authorized = stage.route('$connect')?.requiresSignature
      ? await this.authorizeSigner(anyone, request, current)
      : await this.authorize(anyone, client, current);
    return 'facts' in authorized ? this.connect(authorized.facts, socket, client, current) : authorized;
  }

  private async authorize(facts: ConnectionFacts, client: Client, current: Request): Promise<Admission> {
    const { stage } = this;
    const authorizer = stage.route('$connect')?.authorizer;
    if (!authorizer) {
      return { facts };
    }
    if (!this.hasIdentity(client)) {
      return { statusCode: 401, reason: `one of ${authorizer.identitySources.join(', ')} is missing` };
    }
    const start = Date.now();
    const event = stage.events.authorizer(facts, client, current);
    const outcome = await stage.invoke(authorizer.functionArn, event, AUTHORIZER_TIMEOUT_MS);
    const latency = Date.now() - start;
    const verdict = verdictOf(outcome, event.methodArn, latency, stage.limits.authorizerResultBytes);
    return verdict.admitted ? { facts: { ...facts, authorizer: verdict.context } } : verdict;
  }

  private async authorizeSigner(
    facts: ConnectionFacts,
    request: IncomingMessage,
    current: Request,
  ): Promise<Admission> {
    const { api, events } = this.stage;
    const resource = events.methodArn('$connect');
    const verdict = await authorizeBySignature(request, api, resource, this.identity, current.time);
    return 'signer' in verdict ? { facts: { ...facts, signer: verdict.signer } } : verdict;
  }

  /**
   * Runs `$connect`. If the client leaves in the meantime, `$disconnect` begins before `$connect` has ended, and can end before it.
   * Unverified on AWS, which documents for `$disconnect` only that it runs after the connection is closed ("Manage connected users
   * and client apps").
   */
  private async connect(facts: ConnectionFacts, socket: Socket, client: Client, current: Request): Promise<Admission> {
    const { stage } = this;
    const route = stage.route('$connect');
    if (!route) {
      return this.stopped ? { statusCode: 503, reason: 'the runner is stopping' } : { facts };
    }
    let left = false;
    const stopObserving = onDeparture(socket, () => {
      left = true;
      stage.run(stage.disconnect(facts, { code: 1006, reason: '' }));
    });
    const result = await stage.integrate(route, facts, stage.events.connect(facts, client, current));
    stopObserving();
    if (left) {
      return { left };
    }
    if ('failure' in result) {
      // 502 [C]; 504 for a timeout is unverified.
      return { statusCode: result.timedOut ? 504 : 502, reason: `$connect failed: ${result.failure}` };
    }
    const { statusCode, headers } = result;
    if (statusCode < 200 || statusCode > 299) {
      return { statusCode, reason: '$connect returned this status' };
    }
    if (this.stopped) {
      await stage.disconnect(facts, { code: 1001, reason: 'Going away' });
      return { statusCode: 503, reason: 'the runner is stopping' };
    }
    const [, protocol] =
      Object.entries(headers).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol') ?? [];
    return { facts, protocol };
  }
}

/** @returns true if the request meets the requirements of `ws` for a handshake, so that `$connect` does not run in vain */
function isWebSocketUpgrade({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')
  );
}
