import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy that simulates the round trip to a distant server. */
export interface DelayingProxy {
  /** Port on 127.0.0.1. */
  readonly port: number;
  close(): void;
}

/**
 * Starts a delaying proxy in front of a server on 127.0.0.1. Every byte takes half a round trip. The first bytes of a
 * connection also wait for a whole round trip, in place of the TCP handshake, which takes no time on this machine.
 *
 * @param roundTrip - milliseconds
 */
export async function delayingProxy(target: number, roundTrip: number): Promise<DelayingProxy> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const backend = connect({ port: target, host: '127.0.0.1', noDelay: true });
    const connected = performance.now() + roundTrip;
    delay(client, backend, connected);
    delay(backend, client, connected);
    for (const socket of [client, backend]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
  });

  function delay(from: Socket, to: Socket, connected: number): void {
    const later = (run: () => void) => {
      const sent = Math.max(performance.now(), connected);
      setTimeout(run, sent + roundTrip / 2 - performance.now());
    };
    from.on('data', (chunk) => later(() => to.write(chunk)));
    from.on('close', () => later(() => to.destroy()));
    from.on('error', () => from.destroy());
  }

  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
    },
  };
}
