import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy on loopback that can hold connections: they stay open, and no data passes. */
export class HoldingProxy {
  private readonly sockets = new Set<Socket>();
  private holdsNext = false;

  private constructor(private readonly server: Server) {}

  /** @param target - port on 127.0.0.1 */
  static async start(target: number): Promise<HoldingProxy> {
    const server = createServer((client) => {
      const lane = connect(target, '127.0.0.1');
      proxy.forward(client, lane);
      proxy.forward(lane, client);
      if (proxy.holdsNext) {
        proxy.holdsNext = false;
        proxy.hold();
      }
    });
    const proxy = new HoldingProxy(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Holds all traffic of the connections that are open. Later connections work. */
  hold(): void {
    for (const socket of this.sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  /** Holds all traffic when the next connection is open, including its own. */
  holdNext(): void {
    this.holdsNext = true;
  }

  stop(): void {
    this.server.close();
    for (const socket of this.sockets) {
      socket.destroy();
    }
  }

  private forward(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroySoon();
    });
  }
}
