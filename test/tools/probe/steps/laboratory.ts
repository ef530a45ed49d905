import { once, setMaxListeners } from 'node:events';
import http, { type RequestListener } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { emptyMeasurements } from '../../../../tools/probe/measurements';
import { trust } from '../../../../tools/probe/network/endpoint';
import { RunningClock } from '../../../../tools/probe/network/running-clock';
import type { PageRequest, Plan } from '../../../../tools/probe/plan';
import type { Context } from '../../../../tools/probe/steps/context';

/** Milliseconds that a clock can advance at once without a pause of the probe. */
const STEP = 5;

/** Servers in this process, and a clock that only they advance: a slow server takes no time. */
export class Laboratory {
  private time = 0;
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly abort = new AbortController();
  readonly clock = new RunningClock(() => this.time);
  /** Texts of the progress. */
  readonly shown: string[] = [];

  constructor() {
    this.clock.stop();
    // As `measure` does: every connection adds a listener.
    setMaxListeners(0, this.abort.signal);
  }

  /** Lets so many milliseconds pass, as a server does that needs them. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= STEP) {
      this.time += Math.min(STEP, left);
      this.clock.now();
    }
  }

  /** Pauses the probe for so many milliseconds. */
  pause(ms: number): void {
    this.time += ms;
    this.clock.now();
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  interrupt(): void {
    this.abort.abort();
  }

  /** @returns the URL of a new server with this path */
  async serve(answer: RequestListener | Server, path = '/items'): Promise<URL> {
    const server = typeof answer === 'function' ? http.createServer(answer) : answer;
    this.servers.push(server);
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const scheme = 'setSecureContext' in server ? 'https' : 'http';
    return new URL(path, `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  /** @returns the context for a request to this URL */
  context(url: URL, request: Partial<PageRequest> = {}, plan: Partial<Plan> = {}): Context {
    const { clock, signal } = this;
    const secure = url.protocol === 'https:';
    const timeout = 5_000;
    return {
      plan: planOf(url, request, plan),
      found: emptyMeasurements(),
      server: {
        ...{ url, address: '127.0.0.1', port: Number(url.port), secure },
        ...{ trust: trust(undefined), insecure: true, timeout, clock, signal },
      },
      show: (text) => this.shown.push(text),
    };
  }

  /** The same with a clock that runs. */
  contextInTime(...args: Parameters<Laboratory['context']>): Context {
    const context = this.context(...args);
    return { ...context, server: { ...context.server, clock: this.running } };
  }

  private readonly running = new RunningClock();

  /** Ends all servers and connections. */
  async close(): Promise<void> {
    this.running.stop();
    const ended = this.servers
      .filter(({ listening }) => listening)
      .map((server) => {
        const closed = once(server, 'close');
        server.close();
        return closed;
      });
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await Promise.all(ended);
  }
}

export function planOf(url: URL, request: Partial<PageRequest> = {}, plan: Partial<Plan> = {}): Plan {
  return {
    request: { url, method: 'GET', headers: {}, credentials: 'same-origin', ...request },
    fresh: false,
    rounds: 2,
    rests: [],
    network: { insecure: true, timeout: 5_000 },
    ...plan,
  };
}
