import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Channel, ChannelEnded, headersOf, type Request, type Response, textOf, TimedOut } from './channel';
import type { Endpoint } from './endpoint';

/** HTTP/1.1 on an open connection. */
export class Http1Channel implements Channel {
  endedAt: number | undefined;
  private readonly agent: Agent;
  private answered = false;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly socket: Socket,
  ) {
    this.agent = new SingleSocketAgent(socket);
    const end = () => {
      this.endedAt ??= endpoint.clock.now();
    };
    socket.once('end', end).once('close', end);
    // An error of an idle connection. During a request, the request receives it, too.
    socket.on('error', end);
  }

  async send(what: Request): Promise<Response> {
    const { clock, timeout } = this.endpoint;
    const { method, path, body: content } = what;
    const start = clock.now();
    const pausedBefore = clock.paused;
    const sent = request({ method, path, agent: this.agent, headers: headersOf(what, this.endpoint) });
    const timer = setTimeout(() => sent.destroy(new TimedOut()), timeout);
    try {
      sent.end(content);
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      const ms = clock.now() - start;
      const pause = clock.paused - pausedBefore;
      const body = await textOf(response);
      this.answered = true;
      return {
        ms,
        pause,
        status: response.statusCode ?? 0,
        reason: response.statusMessage ?? '',
        httpVersion: response.httpVersion,
        headers: response.headers,
        body,
      };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (this.answered && (code === 'ECONNRESET' || code === 'EPIPE')) {
        throw new ChannelEnded(code, { cause: error });
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.agent.destroy();
    this.socket.destroy();
  }
}

/** Agent that uses one socket for all requests, until the server ends it. */
class SingleSocketAgent extends Agent {
  private unused: Socket | undefined;

  constructor(socket: Socket) {
    super({ keepAlive: true, maxSockets: 1 });
    this.unused = socket;
  }

  override createConnection(_: unknown, callback: (error: Error | null, stream: Duplex) => void): undefined {
    const { unused } = this;
    this.unused = undefined;
    if (unused) {
      callback(null, unused);
    } else {
      callback(Object.assign(new Error('ended'), { code: 'ECONNRESET' }), undefined as never);
    }
  }

  /** Only the server ends an idle connection. Node.js would end it earlier, by the header `Keep-Alive: timeout=5`. */
  override keepSocketAlive(): boolean {
    return true;
  }
}
