import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Connection, connect, sentence } from './connection';
import type { Exchange } from './measurements';
import type { Place } from './place';

export interface Request {
  readonly method: 'GET' | 'OPTIONS' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Answered extends Exchange {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** One connection that is kept from request to request as a browser keeps it, and opened again if the server closed it. */
export class KeptConnection {
  private readonly agent: KeepingAgent;

  private constructor(
    private readonly place: Place,
    readonly first: Connection,
  ) {
    this.agent = new KeepingAgent(place, first);
  }

  static async open(place: Place, session?: Buffer): Promise<KeptConnection> {
    return new KeptConnection(place, await connect(place, session));
  }

  /** @throws {CommandError} if there is no answer, or none that is HTTP */
  async send(what: Request): Promise<Answered> {
    try {
      return await this.exchange(what);
    } catch (error) {
      throw sentence(error as NodeJS.ErrnoException, this.place);
    }
  }

  close(): void {
    this.agent.destroy();
    this.first.socket.destroy();
  }

  private async exchange({ method, path, headers }: Request): Promise<Answered> {
    const { url, timeout, clock } = this.place;
    const start = clock.now();
    const openedBefore = this.agent.opening;
    const sent = request({ method, path, agent: this.agent, headers: { host: url.host, ...headers } });
    const timer = setTimeout(() => sent.destroy(Object.assign(new Error(), { code: 'TIMED_OUT' })), timeout);
    try {
      sent.end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      const opening = this.agent.opening - openedBefore;
      const ms = clock.now() - start - opening;
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) {
        body += chunk;
      }
      return { ms, opening, status: response.statusCode ?? 0, headers: response.headers, body };
    } catch (error) {
      // The server closed while the request was on its way: a browser sends it again on another connection.
      if (sent.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET') {
        return this.exchange({ method, path, headers });
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Hands out the connection that is there, and opens another when that one was closed. */
class KeepingAgent extends Agent {
  /** Milliseconds that opening further connections took so far. */
  opening = 0;
  private next: Connection | undefined;

  constructor(
    private readonly place: Place,
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
    const start = this.place.clock.now();
    connect(this.place).then(
      ({ socket }) => {
        this.opening += this.place.clock.now() - start;
        callback(null, socket);
      },
      (error) => callback(error, undefined as never),
    );
  }
}
