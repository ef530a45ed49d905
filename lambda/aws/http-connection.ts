import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectSecurely } from 'node:tls';
import { type Response, ResponseReader } from './response-reader';

/** Thrown if there is no complete response: the server timed out or closed the connection. It may have processed the request. */
export class Unanswered extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'Unanswered';
  }
}

export interface Timeouts {
  /** Milliseconds to open a connection, including TLS. */
  readonly connect: number;
  /** Milliseconds from a request to the end of its response. */
  readonly answer: number;
}

/** A persistent connection to a server: one request at a time, without pipelining. */
export class HttpConnection {
  private readonly socket: Socket;
  private open = false;
  private exchange?: {
    request: string;
    reader: ResponseReader;
    resolve: (response: Response) => void;
    reject: (error: Error) => void;
  };
  private timer?: NodeJS.Timeout;
  private failure?: Error;

  /** @param tls further options for a server with `https:`. Its certificate and host name are verified. */
  constructor(
    origin: URL,
    private readonly timeouts: Timeouts,
    tls: ConnectionOptions = {},
  ) {
    const secure = origin.protocol === 'https:';
    // A URL has an IPv6 address in brackets.
    const host = origin.hostname.replace(/^\[|\]$/g, '');
    const port = Number(origin.port || (secure ? 443 : 80));
    const servername = isIP(host) ? undefined : host;
    this.socket = secure
      ? connectSecurely({ host, port, servername, ALPNProtocols: ['http/1.1'], ...tls })
      : connect({ host, port });
    this.socket
      .setNoDelay(true)
      .setKeepAlive(true, 1000)
      // `secureConnect` is emitted after the certificate is verified.
      .once(secure ? 'secureConnect' : 'connect', () => this.opened())
      .on('data', (bytes) => this.received(bytes))
      .on('error', (error) => {
        this.failure ??= error;
      })
      .on('close', () => this.closed());
    this.limit(timeouts.connect, 'The server did not accept a connection in time');
  }

  /** True if the connection accepts a request, as far as the client knows. */
  get usable(): boolean {
    return this.exchange === undefined && this.socket.writable;
  }

  /**
   * @param request head and body of the request.
   * @returns the response, with any status. Throws {@link Unanswered}, MalformedResponse, or the socket's error.
   */
  send(request: string): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.exchange = { request, reader: new ResponseReader(), resolve, reject };
      if (this.open) {
        this.socket.ref();
        this.write();
      }
    });
  }

  destroy(): void {
    this.socket.destroy();
  }

  private opened(): void {
    this.open = true;
    clearTimeout(this.timer);
    this.write();
  }

  private write(): void {
    if (this.exchange) {
      this.limit(this.timeouts.answer, 'The server did not answer in time');
      this.socket.write(this.exchange.request);
    }
  }

  private limit(milliseconds: number, message: string): void {
    this.timer = setTimeout(() => this.socket.destroy(new Unanswered(message)), milliseconds);
  }

  private received(bytes: Buffer): void {
    if (!this.exchange) {
      // A response without a request.
      this.destroy();
      return;
    }
    try {
      const response = this.exchange.reader.push(bytes);
      if (response) {
        this.answered(response);
      }
    } catch (error) {
      this.socket.destroy(error as Error);
    }
  }

  private answered(response: Response): void {
    const { resolve } = this.exchange ?? {};
    this.exchange = undefined;
    clearTimeout(this.timer);
    // After an early response, the rest of the request would precede the next one.
    if (response.keepAlive && this.socket.writableLength === 0) {
      this.socket.unref();
    } else {
      this.destroy();
    }
    resolve?.(response);
  }

  private closed(): void {
    clearTimeout(this.timer);
    const { reader, resolve, reject } = this.exchange ?? {};
    this.exchange = undefined;
    try {
      const response = this.failure ? undefined : reader?.end();
      if (response) {
        resolve?.(response);
      } else {
        reject?.(this.failure ?? new Unanswered('The server closed the connection without a response'));
      }
    } catch (error) {
      reject?.(error as Error);
    }
  }
}
