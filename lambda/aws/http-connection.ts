import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectSecurely } from 'node:tls';
import { type Response, ResponseReader } from './response-reader';

/** Thrown when there is no whole answer: the server was silent too long, or closed. Whether it has acted is not known. */
export class Unanswered extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'Unanswered';
  }
}

export interface Timeouts {
  /** To open a connection, TLS included, in milliseconds. */
  readonly connect: number;
  /** From a request to the end of its answer, in milliseconds. */
  readonly answer: number;
}

/** One kept-alive connection to a server: one request at a time, no pipelining. */
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

  /** @param tls further options for a server with `https:`; its certificate and its name are verified. */
  constructor(
    origin: URL,
    private readonly timeouts: Timeouts,
    tls: ConnectionOptions = {},
  ) {
    const secure = origin.protocol === 'https:';
    // An IPv6 address is in brackets in a URL.
    const host = origin.hostname.replace(/^\[|\]$/g, '');
    const port = Number(origin.port || (secure ? 443 : 80));
    const servername = isIP(host) ? undefined : host;
    this.socket = secure
      ? connectSecurely({ host, port, servername, ALPNProtocols: ['http/1.1'], ...tls })
      : connect({ host, port });
    this.socket
      .setNoDelay(true)
      .setKeepAlive(true, 1000)
      // Not before the certificate is verified.
      .once(secure ? 'secureConnect' : 'connect', () => this.opened())
      .on('data', (bytes) => this.received(bytes))
      .on('error', (error) => {
        this.failure ??= error;
      })
      .on('close', () => this.closed());
    this.limit(timeouts.connect, 'The server did not accept a connection in time');
  }

  /** True if the connection can take a request, as far as the client can know. */
  get usable(): boolean {
    return this.exchange === undefined && this.socket.writable;
  }

  /**
   * @param request head and body.
   * @returns the answer, whatever its status. Throws {@link Unanswered}, MalformedResponse, or the socket's error.
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
      // An answer to no request.
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
    // An answer that came before the whole request was sent leaves the rest of it in the way.
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
        reject?.(this.failure ?? new Unanswered('The server closed the connection instead of answering'));
      }
    } catch (error) {
      reject?.(error as Error);
    }
  }
}
