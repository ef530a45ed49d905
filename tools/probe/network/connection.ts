import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { CommandError } from '../../cli';
import { hostOf, type Endpoint } from './endpoint';

/** An open connection, and the milliseconds that each handshake took. */
export interface Connection {
  readonly socket: Socket;
  readonly tcp: number;
  readonly tls?: number;
}

/**
 * Opens a connection.
 *
 * @param session TLS session of an earlier connection, to resume
 * @throws {CommandError} if the connection fails or times out, or if a browser would reject the certificate
 */
export async function connect(endpoint: Endpoint, session?: Buffer): Promise<Connection> {
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
    ALPNProtocols: ['http/1.1'],
    // The certificate can only be read if it is not rejected here. It is checked below, before anything is sent.
    rejectUnauthorized: false,
  });
  await opened(tlsSocket, 'secureConnect', endpoint, timeout);
  const tls = clock.now() - start - tcp;
  checkCertificate(tlsSocket, endpoint);
  return { socket: tlsSocket, tcp, tls };
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

class TimedOut extends Error {
  readonly code = 'TIMED_OUT';
}

/** Converts an error of a connection, or of a request on it, to an error for the user. */
export function toCommandError(error: NodeJS.ErrnoException, { url, address, port, timeout }: Endpoint): Error {
  const { code = error.message } = error;
  const where = `${url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin} (${address}:${port})`;
  const because = (text: string) => new CommandError(text, { cause: error });
  if (error instanceof CommandError) {
    return error;
  }
  if (code === 'ECONNREFUSED') {
    return because(`${where} refused the connection. Fix: check the host and port.`);
  }
  if (code === 'TIMED_OUT' || code === 'ETIMEDOUT') {
    return because(
      `${where} did not respond within ${timeout} ms. Fix: check the host, port and firewall, or increase --timeout.`,
    );
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' || code === 'EPROTO') {
    return because(
      `${where} did not respond with TLS (${code}). Fix: check the port, or use ${url.protocol === 'wss:' ? 'ws:' : 'http:'} in the URL.`,
    );
  }
  if (code.startsWith('HPE_')) {
    return because(`${where} did not respond with HTTP/1.1 (${code}). Fix: check the port.`);
  }
  return because(`${where} closed the connection (${code}). Fix: check the port and the scheme of the URL.`);
}

const CERTIFICATE_REASONS: Readonly<Record<string, string>> = {
  CERT_NOT_YET_VALID: 'is not valid yet. Fix: check the clocks of both machines.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for other names. Fix: use a host name that the certificate covers.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed. Fix: trust it with --ca FILE.',
  SELF_SIGNED_CERT_IN_CHAIN: 'is from an unknown certificate authority. Fix: trust it with --ca FILE.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'is from an unknown certificate authority. Fix: trust it with --ca FILE.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'has no chain or is from an unknown certificate authority. Fix: serve the full chain, or trust the authority with --ca FILE.',
};

function checkCertificate(socket: TLSSocket, { url }: Endpoint): void {
  if (socket.authorized) {
    return;
  }
  const { valid_to, subjectaltname } = socket.getPeerCertificate();
  const code = String(socket.authorizationError);
  const why =
    code === 'CERT_HAS_EXPIRED'
      ? `expired on ${valid_to}. Fix: renew it.`
      : (CERTIFICATE_REASONS[code] ?? `is invalid (${code}). Fix: replace it.`);
  socket.destroy();
  throw new CommandError(
    `A browser rejects the certificate of ${url.host} (${subjectaltname ?? 'without names'}): it ${why}`,
  );
}
