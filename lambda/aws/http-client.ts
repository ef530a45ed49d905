import type { ConnectionOptions } from 'node:tls';
import { HttpConnection, type Timeouts } from './http-connection';
import type { Response } from './response-reader';

export interface HttpClientOptions {
  /** Scheme, host and port. The path is ignored. */
  readonly origin: URL;
  /** Maximum number of connections. Further requests wait for one. */
  readonly connections: number;
  readonly timeouts: Timeouts;
  /** Further options for a server with `https:`. */
  readonly tls?: ConnectionOptions;
}

/**
 * Milliseconds without a request after which a connection is discarded. The server may have closed it while the function was
 * frozen and could not notice.
 */
const IDLE = 30_000;

/** Sends requests to one server. */
export interface HttpTransport {
  /**
   * @param path path of the URL, percent-encoded, with a leading slash.
   * @param headers all headers, including `host` and `content-length`.
   * @returns the response, with any status. Throws Unanswered, MalformedResponse, or the socket's error.
   */
  send(
    method: 'POST' | 'DELETE',
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<Response>;
}

/** Sends requests to one server over persistent connections. Does not retry: the server may have processed the request. */
export class HttpClient implements HttpTransport {
  /** Connections without a request. The last used is reused first, so that connections that are not needed time out. */
  private readonly idle: { connection: HttpConnection; since: number }[] = [];
  private readonly waiting: (() => void)[] = [];
  private busy = 0;

  constructor(private readonly options: HttpClientOptions) {}

  post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<Response> {
    return this.send('POST', path, headers, body);
  }

  async send(
    method: 'POST' | 'DELETE',
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<Response> {
    let request = `${method} ${path} HTTP/1.1\r\n`;
    for (const name in headers) {
      request += `${name}: ${headers[name]}\r\n`;
    }
    if (this.busy < this.options.connections) {
      this.busy += 1;
    } else {
      // A request that ends passes its place to this one.
      await new Promise<void>((free) => this.waiting.push(free));
    }
    try {
      const connection = this.take();
      try {
        return await connection.send(`${request}\r\n${body}`);
      } finally {
        if (connection.usable) {
          this.idle.push({ connection, since: Date.now() });
        }
      }
    } finally {
      const next = this.waiting.shift();
      if (next) {
        next();
      } else {
        this.busy -= 1;
      }
    }
  }

  private take(): HttpConnection {
    const { origin, timeouts, tls } = this.options;
    for (let last = this.idle.pop(); last; last = this.idle.pop()) {
      if (last.connection.usable && Date.now() - last.since < IDLE) {
        return last.connection;
      }
      last.connection.destroy();
    }
    return new HttpConnection(origin, timeouts, tls);
  }
}
