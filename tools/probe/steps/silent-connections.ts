import type { Socket } from 'node:net';
import { connect } from '../network/connection';
import type { Endpoint } from '../network/endpoint';
import type { Context } from './context';
import { confirmed, type Holding } from './requests-beside';

/** Numbers of connections. A server with more workers than the last is not seen to wait. */
const COUNTS = [1, 2, 4, 8];

/** Requests beside connections that send nothing, and then beside some that send half of a request's head. */
export async function silentConnections(context: Context): Promise<void> {
  for (const kind of ['connection', 'half-request'] as const) {
    for (const count of COUNTS) {
      context.show(`requests beside ${count} ${kind === 'connection' ? 'silent connections' : 'half requests'}`);
      if (await confirmed(context, () => hold(context.server, kind, count))) {
        break;
      }
    }
  }
}

async function hold(server: Endpoint, kind: 'connection' | 'half-request', requested: number): Promise<Holding> {
  const all: Socket[] = [];
  let dropped = 0;
  let closed = false;
  await Promise.all(
    Array.from({ length: requested }, async () => {
      try {
        // A connection without a byte has no TLS either.
        const { socket } = await connect(kind === 'half-request' ? server : { ...server, secure: false });
        all.push(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => (dropped += closed ? 0 : 1));
        socket.resume();
        if (kind === 'half-request') {
          socket.write(`GET / HTTP/1.1\r\nHost: ${server.url.host}\r\n`);
        }
      } catch {
        server.signal.throwIfAborted();
      }
    }),
  );
  return {
    ...{ kind, requested, opened: all.length },
    dropped: () => dropped,
    close: () => {
      closed = true;
      for (const socket of all) {
        socket.destroy();
      }
    },
  };
}
