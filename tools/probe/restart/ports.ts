import type { Name } from '../measurements';
import { hostOf, portOf } from '../network/endpoint';
import { resolveName } from '../network/name';
import { reachFamilies } from '../network/reach';
import type { RunningClock } from '../network/running-clock';
import type { Plan } from '../plan';

/** `starting`: the port of the request is open, and the one of the socket is not. */
export type State = 'stopped' | 'starting' | 'listening';

interface Port {
  readonly name: Name;
  readonly port: number;
}

/** The ports of the server. They are watched by connections without a byte, which is no request. */
export class Ports {
  private constructor(
    private readonly ports: readonly Port[],
    private readonly signal: AbortSignal,
    private readonly clock: RunningClock,
  ) {}

  /** Resolves the host names. @throws {CommandError} if a name has no address */
  static async of({ request, socket, network }: Plan, signal: AbortSignal, clock: RunningClock): Promise<Ports> {
    const urls = [request.url, ...(socket ? [socket.url] : [])];
    const ports = await Promise.all(
      urls.map(async (url) => ({
        name: await resolveName(hostOf(url), network.dns, network.timeout, clock),
        port: portOf(url),
      })),
    );
    const [first, second] = ports;
    const same = second && second.port === first?.port && second.name.host === first.name.host;
    return new Ports(same ? ports.slice(0, 1) : ports, signal, clock);
  }

  /** `localhost:8000` */
  get where(): string {
    return this.ports.map(({ name, port }) => `${name.host}:${port}`).join(' and ');
  }

  /** Connects to each port, and closes the connections. */
  async state(): Promise<State> {
    const [request = false, socket = request] = await Promise.all(this.ports.map((port) => this.accepts(port)));
    return request && socket ? 'listening' : request ? 'starting' : 'stopped';
  }

  /** True if no port accepts connections. */
  async closed(): Promise<boolean> {
    const accepted = await Promise.all(this.ports.map((port) => this.accepts(port)));
    return accepted.every((one) => !one);
  }

  private async accepts({ name, port }: Port): Promise<boolean> {
    const families = await reachFamilies(name, port, this.signal, this.clock);
    return families.some(({ outcome }) => outcome === 'connected');
  }
}
