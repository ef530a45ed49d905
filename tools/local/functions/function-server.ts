import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { namesThisMachine } from '../host-header';
import type { Functions } from './functions';

/**
 * Invokes functions for the other processes of the run. The path of a request is the function's ARN, its body the event, and the response an
 * {@link Outcome}. No web page can use it.
 */
export class FunctionServer {
  private readonly server: Server;

  private constructor(private readonly functions: Pick<Functions, 'invoke'>) {
    this.server = createServer((request, response) => void this.serve(request, response));
    this.server.keepAliveTimeout = 60_000;
  }

  /** @param port 0: any free port */
  static async open(port: number, functions: Pick<Functions, 'invoke'>): Promise<FunctionServer> {
    const opened = new FunctionServer(functions);
    opened.server.listen(port, '127.0.0.1');
    await once(opened.server, 'listening');
    return opened;
  }

  /** `http://127.0.0.1:4567` */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Lets open requests finish, and closes the server. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeIdleConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host, origin } = request.headers;
    try {
      const event = await text(request);
      if (origin !== undefined || !namesThisMachine(host)) {
        response.writeHead(403).end();
        return;
      }
      const outcome = await this.functions.invoke(decodeURIComponent((request.url ?? '').slice(1)), JSON.parse(event));
      // Closed, if the server is closing: it waits for connections that are open.
      response.setHeader('connection', this.server.listening ? 'keep-alive' : 'close');
      response.end(JSON.stringify(outcome));
    } catch (error) {
      response.writeHead(500).end((error as Error).message);
    }
  }
}
