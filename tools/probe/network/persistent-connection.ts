import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Connection, connect, toCommandError } from './connection';
import type { Exchange } from '../measurements';
import type { Endpoint } from './endpoint';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answered extends Exchange {
  readonly httpVersion: string;
  readonly reason: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A connection that several requests use, as in a browser. Opened again if the server closes it. */
export class PersistentConnection {
  private readonly agent: SingleConnectionAgent;

  private constructor(
    private readonly endpoint: Endpoint,
    readonly first: Connection,
  ) {
    this.agent = new SingleConnectionAgent(endpoint, first);
  }

  static async open(endpoint: Endpoint, session?: Buffer): Promise<PersistentConnection> {
    return new PersistentConnection(endpoint, await connect(endpoint, session));
  }

  /** @throws {CommandError} if there is no response, or none that is HTTP */
  async send(what: Request): Promise<Answered> {
    try {
      return await this.exchange(what);
    } catch (error) {
      throw toCommandError(error as NodeJS.ErrnoException, this.endpoint);
    }
  }

  /** Like {@link send}, but resolves with the reason as `failure`. Rejects only after the signal. */
  async attempt(what: Request): Promise<Exchange> {
    const { clock, signal, timeout } = this.endpoint;
    const at = clock.now();
    const pausedBefore = clock.paused;
    try {
      const { at: start, ms, opening, status, closed, pause, serverTiming } = await this.send(what);
      return { at: start, ms, opening, status, closed, pause, ...(serverTiming && { serverTiming }) };
    } catch (error) {
      signal.throwIfAborted();
      const ms = Math.min(timeout, clock.now() - at);
      const { message } = error as Error;
      return { at, ms, opening: 0, status: 0, closed: true, pause: clock.paused - pausedBefore, failure: message };
    }
  }

  close(): void {
    this.agent.destroy();
    this.first.socket.destroy();
  }

  private async exchange({ method, path, headers, body: content }: Request): Promise<Answered> {
    const { url, timeout, clock } = this.endpoint;
    const start = clock.now();
    const pausedBefore = clock.paused;
    const openedBefore = this.agent.opening;
    const sent = request({ method, path, agent: this.agent, headers: { host: url.host, ...headers } });
    const timer = setTimeout(() => sent.destroy(Object.assign(new Error(), { code: 'TIMED_OUT' })), timeout);
    try {
      sent.end(content);
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      const opening = this.agent.opening - openedBefore;
      const ms = clock.now() - start - opening;
      const pause = clock.paused - pausedBefore;
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) {
        body += chunk;
      }
      return {
        ...{ at: start, ms, opening, pause },
        status: response.statusCode ?? 0,
        reason: response.statusMessage ?? '',
        closed: response.headers.connection?.toLowerCase() === 'close' || response.httpVersion === '1.0',
        httpVersion: response.httpVersion,
        headers: response.headers,
        body,
      };
    } catch (error) {
      // The server closed the connection while the request was in flight. A browser retries on a new connection.
      if (sent.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET') {
        return this.exchange({ method, path, headers, body: content });
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Agent that uses the given connection, and opens another one after that is closed. */
class SingleConnectionAgent extends Agent {
  /** Total milliseconds spent on opening further connections. */
  opening = 0;
  private next: Connection | undefined;

  constructor(
    private readonly endpoint: Endpoint,
    first: Connection,
  ) {
    super({ keepAlive: true, maxSockets: 1 });
    this.next = first;
  }

  override createConnection(_: unknown, callback: (error: Error | null, stream: Duplex) => void): undefined {
    const { next } = this;
    this.next = undefined;
    if (next) {
      callback(null, next.socket);
      return;
    }
    const start = this.endpoint.clock.now();
    connect(this.endpoint).then(
      ({ socket }) => {
        this.opening += this.endpoint.clock.now() - start;
        callback(null, socket);
      },
      (error) => callback(error, undefined as never),
    );
  }
}
