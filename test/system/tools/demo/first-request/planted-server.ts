import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Planted causes. Durations are in milliseconds. */
export interface Planted {
  /** Duration of the first request that is not a preflight. */
  readonly cold?: number;
  readonly preflight?: number;
  /** Duration of the first request to each URL. */
  readonly perUrl?: number;
  /** Duration of every request. */
  readonly always?: number;
  /** False to send no `Access-Control-Allow-Origin`. Default: true. */
  readonly allowed?: boolean;
  /** False to send no `Timing-Allow-Origin`. Default: true. */
  readonly timing?: boolean;
  /** Value of `Access-Control-Max-Age`. */
  readonly maxAge?: number;
  /** True to let browsers keep responses. */
  readonly cached?: boolean;
  /** Time after which the server closes an idle connection. */
  readonly keepAlive?: number;
}

/** Server with planted causes, in the process of the test. It has another origin than the page. */
export class PlantedServer {
  /** Methods and paths of the requests, in their order. */
  readonly requests: string[] = [];
  private readonly seen = new Set<string>();
  private readonly server: Server;
  private cold: boolean;

  private constructor(private readonly planted: Planted) {
    this.cold = planted.cold !== undefined;
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.keepAliveTimeout = planted.keepAlive ?? 60_000;
  }

  static async start(planted: Planted): Promise<PlantedServer> {
    const planter = new PlantedServer(planted);
    await once(planter.server.listen(0, '127.0.0.1'), 'listening');
    return planter;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Answers handshakes of WebSockets. */
  onUpgrade(answer: (request: IncomingMessage, socket: Socket) => void): void {
    this.server.on('upgrade', answer);
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    this.requests.push(`${method} ${url}`);
    request.resume();
    const { cold = 0, preflight = 0, perUrl = 0, always = 0, allowed = true, timing = true, maxAge } = this.planted;
    const headers: Record<string, string> = {
      ...(allowed && {
        'access-control-allow-origin': request.headers.origin ?? '*',
        'access-control-allow-headers': 'content-type, x-key',
        'access-control-allow-methods': 'PUT',
      }),
      ...(timing && { 'timing-allow-origin': '*' }),
      ...(this.planted.cached && { 'cache-control': 'max-age=600' }),
      ...(maxAge !== undefined && { 'access-control-max-age': `${maxAge}` }),
    };
    if (method === 'OPTIONS') {
      await delay(preflight);
      response.writeHead(204, headers).end();
      return;
    }
    const isCold = this.cold;
    this.cold = false;
    const isNew = !this.seen.has(url);
    this.seen.add(url);
    await delay((isCold ? cold : 0) + (isNew ? perUrl : 0) + always);
    response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end('{}');
  }
}
