import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A server as far away as a round trip says. */
export interface DelayingProxy {
  /** On 127.0.0.1. */
  readonly port: number;
  close(): void;
}

/**
 * Puts a distance before a server on 127.0.0.1: every byte takes half a round trip, and the first of a client waits for a whole
 * one before, in which TCP would shake hands. (The kernel of this machine does that at once.)
 *
 * @param roundTrip - in milliseconds
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
