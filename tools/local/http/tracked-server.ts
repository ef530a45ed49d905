import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { alsoOnIpv6 } from '../loopback';
import type { Answer } from './listener/answer';
import { answerUnreadable } from './listener/unreadable';
import { responseOn } from './listener/upgrade';

/** Requests of a {@link TrackedServer}. */
export interface RequestHandler {
  /**
   * Handles a request. Never rejects. Resolves when the client has the response or has disconnected, or when its WebSocket is closed.
   *
   * @param upgrade - the client's connection, if the request upgrades it
   */
  serve(request: IncomingMessage, response: ServerResponse, upgrade?: Socket): Promise<void>;

  /** @returns the response to a request that cannot be parsed or did not arrive in time. @param code - the error of Node.js */
  unreadable(code: string | undefined): Answer;
}

/** An HTTP server at both addresses of `localhost`, which lets open requests finish when it closes. */
export class TrackedServer {
  private readonly server: Server;
  private ipv6: TcpServer | undefined;
  private readonly closed: Promise<unknown>;
  /** Requests without a complete response, and open WebSockets. */
  private readonly exchanges = new Set<Promise<void>>();
  /** Connections of upgrade requests, which the server does not close. */
  private readonly upgraded = new Set<Socket>();

  constructor(options: ServerOptions, handler: RequestHandler) {
    this.server = createServer(options);
    this.closed = new Promise((resolve) => this.server.once('close', resolve));
    this.server.on('request', (request, response) => this.track(handler.serve(request, response)));
    this.server.on('upgrade', (request, socket: Socket, head: Buffer) => {
      socket.unshift(head);
      this.upgraded.add(socket);
      socket.once('close', () => this.upgraded.delete(socket));
      this.track(handler.serve(request, responseOn(request, socket), socket));
    });
    this.server.on('clientError', ({ code }: NodeJS.ErrnoException, socket: Socket) =>
      answerUnreadable(handler.unreadable(code), socket),
    );
  }

  /** False as soon as no new connections are accepted. */
  get listening(): boolean {
    return this.server.listening;
  }

  /**
   * @param port 0 for any free port
   * @returns the port it listens on. Throws Node's EADDRINUSE if the port is in use
   */
  async listen(port: number): Promise<number> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    const { port: taken } = this.server.address() as AddressInfo;
    this.ipv6 = await alsoOnIpv6(this.server, taken);
    return taken;
  }

  /** Accepts no new connections. Open connections close after their response. */
  refuseConnections(): void {
    this.ipv6?.close();
    this.server.close();
  }

  /**
   * Closes every connection after open requests have finished.
   *
   * @param longestMs maximum milliseconds for open requests and WebSockets
   */
  async close(longestMs: number): Promise<void> {
    this.refuseConnections();
    const late = new AbortController();
    await Promise.race([
      Promise.all(this.exchanges),
      delay(longestMs, undefined, { signal: late.signal }).catch(() => undefined),
    ]);
    late.abort();
    this.server.closeAllConnections();
    for (const socket of this.upgraded) {
      socket.destroy();
    }
    await this.closed;
  }

  private track(exchange: Promise<void>): void {
    this.exchanges.add(exchange);
    void exchange.then(() => this.exchanges.delete(exchange));
  }
}
