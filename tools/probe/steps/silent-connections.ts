import { once } from 'node:events';
import { type Socket, connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Endpoint, hostOf } from '../network/endpoint';
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
  let opened = 0;
  let dropped = 0;
  let closed = false;
  await Promise.all(
    Array.from({ length: requested }, async () => {
      const socket = connectTcp({ host: server.address, port: server.port, noDelay: true, signal: server.signal });
      all.push(socket);
      try {
        await opening(socket, 'connect', server.timeout);
        opened++;
        socket.on('error', () => undefined);
        socket.once('close', () => (dropped += closed ? 0 : 1));
        socket.resume();
        if (kind === 'half-request') {
          await sendHalf(socket, server);
        }
      } catch {
        server.signal.throwIfAborted();
        socket.destroy();
      }
    }),
  );
  return {
    ...{ kind, requested, opened },
    dropped: () => dropped,
    close: () => {
      closed = true;
      for (const socket of all) {
        socket.destroy();
      }
    },
  };
}

/** Sends the first lines of a request, through TLS if the server expects that. */
async function sendHalf(socket: Socket, { url, secure, trust, timeout }: Endpoint): Promise<void> {
  const host = hostOf(url);
  const half = `GET / HTTP/1.1\r\nHost: ${url.host}\r\n`;
  if (!secure) {
    socket.write(half);
    return;
  }
  const tls = connectTls({ socket, host, secureContext: trust, rejectUnauthorized: false });
  await opening(tls, 'secureConnect', timeout);
  tls.on('error', () => undefined);
  tls.resume();
  tls.write(half);
}

async function opening(socket: Socket, event: string, timeout: number): Promise<void> {
  const timer = setTimeout(() => socket.destroy(new Error('timeout')), timeout);
  try {
    await once(socket, event);
  } finally {
    clearTimeout(timer);
  }
}
