import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { checkCertificate } from './certificate';
import { TimedOut } from './channel';
import { type Endpoint, hostOf } from './endpoint';
import { toCommandError } from './failure';

/** An open connection, and the milliseconds that each handshake took. */
export interface Connection {
  readonly socket: Socket;
  readonly tcp: number;
  readonly tls?: number;
  /** Protocol that the server chose from the offered ones: `h2`. */
  readonly protocol?: string;
}

/** Protocols that a browser offers for requests, and for WebSockets. */
export const HTTP_PROTOCOLS = ['h2', 'http/1.1'] as const;
const SOCKET_PROTOCOLS = ['http/1.1'] as const;

/**
 * Opens a connection.
 *
 * @param session TLS session of an earlier connection, to resume
 * @param offered protocols, for https: and wss: only
 * @throws {CommandError} if the connection fails or times out, or if a browser would reject the certificate
 */
export async function connect(
  endpoint: Endpoint,
  session?: Buffer,
  offered: readonly string[] = SOCKET_PROTOCOLS,
): Promise<Connection> {
  const { address, port, secure, timeout, signal, clock } = endpoint;
  const start = clock.now();
  const socket = connectTcp({ host: address, port, noDelay: true, signal });
  await opened(socket, 'connect', endpoint, timeout);
  const tcp = clock.now() - start;
  if (!secure) {
    return { socket, tcp };
  }
  const host = hostOf(endpoint.url);
  const tlsSocket = connectTls({
    socket,
    host,
    servername: isIP(host) ? undefined : host,
    secureContext: endpoint.trust,
    session,
    ALPNProtocols: [...offered],
    // The certificate can only be read if it is not rejected here. It is checked below, before anything is sent.
    rejectUnauthorized: false,
  });
  await opened(tlsSocket, 'secureConnect', endpoint, timeout);
  const tls = clock.now() - start - tcp;
  checkCertificate(tlsSocket, endpoint);
  return { socket: tlsSocket, tcp, tls, protocol: tlsSocket.alpnProtocol || undefined };
}

/** Waits for the event. @throws {CommandError} if the connection fails or times out */
async function opened(socket: Socket, event: string, endpoint: Endpoint, timeout: number): Promise<void> {
  const timer = setTimeout(() => socket.destroy(new TimedOut()), timeout);
  try {
    await once(socket, event);
  } catch (error) {
    socket.destroy();
    throw toCommandError(error as NodeJS.ErrnoException, endpoint);
  } finally {
    clearTimeout(timer);
  }
}
