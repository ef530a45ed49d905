import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { errorFields, type Logger } from '../../lambda/logger';
import type { Metrics } from '../../lambda/metrics';
import { admit } from '../../lambda/realtime/admission';
import { type Connection, type ConnectionOpener, type Opened, Unavailable } from '../../lambda/realtime/ports';
import { ANYONE } from '../../lambda/realtime/principal';
import { codeOfHandshake } from '../../lambda/realtime/refused';
import { answerText, type AnswerObserver, type Session } from '../../lambda/realtime/session';
import { ClientSocket } from './client-socket';
import type { SocketLimits } from './limits';
import type { Membership } from './membership';

export interface SocketServerOptions {
  /** Membership of this server. Undefined while it has none: handshakes are refused with 503. */
  readonly membership: () => Membership | undefined;
  /** Opens connections with tickets. Undefined if clients are not authenticated. */
  readonly connectionOpener: ConnectionOpener | undefined;
  /** Releases the slot of a connection that was opened with a ticket. */
  readonly releaseSlot: (connection: Connection, opened: Opened) => Promise<void>;
  /** Dependencies of frames, besides the connection. */
  readonly session: Omit<Session, 'connection' | 'connections' | 'closeRequests'>;
  readonly allowedOrigins: readonly string[];
  /** Origin of the URL that clients connect to: `https://ws.example.com`. */
  readonly ownOrigin: string;
  /** Path of the URL that clients connect to: `/`. */
  readonly path: string;
  /** Maximum number of sockets. Further handshakes are refused with 503. */
  readonly connectionsPerTask: number;
  readonly limits: SocketLimits;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'refuse'>;
}

/** A refused handshake: a status, and a reason for the log. */
interface Refusal {
  readonly status: 401 | 403 | 404 | 503;
  readonly reason: string;
}

/**
 * Serves WebSockets, and `GET /health` for the load balancer. A handshake consumes a ticket before the client gets its 101, as
 * with an API Gateway API.
 */
export class SocketServer {
  readonly server: Server;
  private readonly webSockets: WebSocketServer;
  private readonly protocols = new WeakMap<IncomingMessage, string>();
  private draining = false;

  constructor(private readonly options: SocketServerOptions) {
    this.webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.limits.messageBytes,
      maxFragments: options.limits.fragments,
      maxBufferedChunks: options.limits.reads,
      handleProtocols: (_offered, request) => this.protocols.get(request) ?? false,
    });
    this.server = createServer(({ url }, response) => {
      // Healthy also if it is full or has lost its lease: a task that is replaced would lose its sockets.
      const status = url !== '/health' ? 426 : options.membership() ? 200 : 503;
      // The load balancer does not use the connection again, so that no handshake meets its end.
      response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(STATUS_CODES[status]);
    });
    this.server.on('upgrade', (request, socket, head) => {
      void this.upgrade(request, socket, head);
    });
  }

  /** Refuses all further handshakes. */
  drain(): void {
    this.draining = true;
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // The event `close` shows that a client left. The error itself is of no interest.
    socket.on('error', () => socket.destroy());
    try {
      const refusal = await this.open(request, socket, head);
      if (refusal) {
        this.options.logger({ event: 'refused', ...refusal });
        this.refuse(socket, refusal.status);
      }
    } catch (error) {
      this.options.logger({ event: 'failed', ...errorFields(error) });
      this.refuse(socket, 500);
    }
  }

  private refuse(socket: Duplex, status: Refusal['status'] | 500): void {
    this.options.metrics.refuse(codeOfHandshake(status));
    refuse(socket, status);
  }

  /** @returns the refusal; undefined if the socket is open */
  private async open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<Refusal | undefined> {
    const { allowedOrigins, ownOrigin, path, connectionOpener, connectionsPerTask } = this.options;
    const membership = this.options.membership();
    if (request.url?.split('?')[0] !== path) {
      return { status: 404, reason: 'path' };
    }
    const { origin: origins = [], 'sec-websocket-protocol': protocols = [] } = request.headersDistinct;
    const admission = admit(
      { origins, protocols },
      { allowedOrigins, ownOrigin, ticketed: connectionOpener !== undefined },
    );
    if (!admission.admitted) {
      return { status: admission.status, reason: admission.status === 403 ? 'origin' : 'ticket' };
    }
    if (!membership?.held || this.draining) {
      return { status: 503, reason: this.draining ? 'draining' : 'lease' };
    }
    if (membership.size >= connectionsPerTask) {
      return { status: 503, reason: 'full' };
    }
    if (!isHandshake(request)) {
      // `ws` answers with the right status. A ticket is not consumed for it.
      this.webSockets.handleUpgrade(request, socket, head, (webSocket) => webSocket.terminate());
      return undefined;
    }
    const handshake = membership.begins();
    try {
      const { connection } = handshake;
      const opened = await this.opened(connection, admission);
      if ('status' in opened) {
        return opened;
      }
      if (handshake.closed || !membership.held || this.draining || socket.destroyed) {
        this.release(connection, opened);
        return { status: 503, reason: 'closed' };
      }
      if (admission.protocol) {
        this.protocols.set(request, admission.protocol);
      }
      let upgraded = false;
      this.webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        upgraded = true;
        const { sockets } = membership;
        const session: Session = { ...this.options.session, connection, connections: sockets, closeRequests: sockets };
        const ended = () => {
          sockets.remove(connection);
          this.release(connection, opened);
        };
        const answer = (text: string) => answerText(text, session, this.observer);
        const { limits } = this.options;
        sockets.add(connection, new ClientSocket(webSocket, { connection, opened, limits, answer, ended }));
      });
      if (!upgraded) {
        // The client left, or its list of protocols is invalid: `ws` has answered.
        this.release(connection, opened);
      }
      return undefined;
    } finally {
      membership.ends(handshake);
    }
  }

  private async opened(
    connection: Connection,
    { ticket = '', origins }: { ticket?: string; origins: readonly string[] },
  ): Promise<Opened | Refusal> {
    const { connectionOpener } = this.options;
    if (!connectionOpener) {
      return { principal: ANYONE, fullAt: 0, slot: 0 };
    }
    try {
      const hash = createHash('sha256').update(ticket).digest('base64url');
      const outcome = await connectionOpener.open(connection, hash, origins);
      return outcome === 'unauthorized' ? { status: 401, reason: outcome } : outcome;
    } catch (error) {
      if (error instanceof Unavailable) {
        return { status: 503, reason: 'unavailable' };
      }
      throw error;
    }
  }

  /** Releases a slot in the background. A slot that is not released is taken over by a later connection. */
  private release(connection: Connection, opened: Opened): void {
    if (this.options.connectionOpener) {
      this.options.releaseSlot(connection, opened).catch((error: unknown) => {
        this.options.logger({ event: 'slot_kept', ...errorFields(error) });
      });
    }
  }

  private readonly observer: AnswerObserver = {
    failed: (error, action) => this.options.logger({ event: 'failed', action, ...errorFields(error) }),
    refused: (code) => this.options.metrics.refuse(code),
  };
}

/** @returns true if the request meets the requirements of `ws` for a handshake */
function isHandshake({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')
  );
}

function refuse(socket: Duplex, status: number): void {
  // A client that keeps its side open must not keep the connection.
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
