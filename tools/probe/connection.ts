import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { CommandError } from '../cli';
import { hostOf, type Place } from './place';

/** An open connection, and what opening it took in milliseconds. */
export interface Connection {
  readonly socket: Socket;
  readonly tcp: number;
  readonly tls?: number;
}

/**
 * Opens a connection.
 *
 * @param session of an earlier connection, to resume; for TLS only
 * @throws {CommandError} if nothing listens, nothing answers, or the certificate is one that a browser refuses
 */
export async function connect(place: Place, session?: Buffer): Promise<Connection> {
  const { address, port, secure, timeout, signal, clock } = place;
  const start = clock.now();
  const socket = connectTcp({ host: address, port, noDelay: true, signal });
  await opened(socket, 'connect', place, timeout);
  const tcp = clock.now() - start;
  if (!secure) {
    return { socket, tcp };
  }
  const host = hostOf(place.url);
  const tlsSocket = connectTls({
    socket,
    host,
    servername: isIP(host) ? undefined : host,
    secureContext: place.trust,
    session,
    ALPNProtocols: ['http/1.1'],
    // A certificate can only be read as long as it is not rejected: it is judged below, before anything is sent.
    rejectUnauthorized: false,
  });
  await opened(tlsSocket, 'secureConnect', place, timeout);
  const tls = clock.now() - start - tcp;
  refuseCertificate(tlsSocket, place);
  return { socket: tlsSocket, tcp, tls };
}

/** Waits for the event. @throws {CommandError} with a sentence for what came instead */
async function opened(socket: Socket, event: string, place: Place, timeout: number): Promise<void> {
  const timer = setTimeout(() => socket.destroy(new TimedOut()), timeout);
  try {
    await once(socket, event);
  } catch (error) {
    socket.destroy();
    throw sentence(error as NodeJS.ErrnoException, place);
  } finally {
    clearTimeout(timer);
  }
}

class TimedOut extends Error {
  readonly code = 'TIMED_OUT';
}

/** @returns what went wrong with a connection, or an exchange on it, as a sentence. */
export function sentence(error: NodeJS.ErrnoException, { url, address, port, timeout }: Place): Error {
  const { code = error.message } = error;
  const where = `${url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin} (${address}:${port})`;
  const says = (text: string) => new CommandError(text, { cause: error });
  if (error instanceof CommandError) {
    return error;
  }
  if (code === 'ECONNREFUSED') {
    return says(`${where} refuses connections: nothing listens there, check host and port`);
  }
  if (code === 'TIMED_OUT' || code === 'ETIMEDOUT') {
    return says(`${where} did not answer within ${timeout} ms: check host, port and firewall, or give --timeout`);
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' || code === 'EPROTO') {
    return says(`${where} does not speak TLS (${code}): is it ${url.protocol === 'wss:' ? 'ws:' : 'http:'}?`);
  }
  if (code.startsWith('HPE_')) {
    return says(`${where} does not speak HTTP/1.1 (${code}): check the port`);
  }
  return says(`${where} broke the connection (${code}): check the port, and http: or https:`);
}

const CERTIFICATE_REASONS: Readonly<Record<string, string>> = {
  CERT_NOT_YET_VALID: 'is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for other names',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed: trust it with --ca FILE',
  SELF_SIGNED_CERT_IN_CHAIN: 'comes from an authority that is not known: trust it with --ca FILE',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'comes from an authority that is not known: trust it with --ca FILE',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'comes without its chain, or from an authority that is not known: see --ca FILE',
};

function refuseCertificate(socket: TLSSocket, { url }: Place): void {
  if (socket.authorized) {
    return;
  }
  const { valid_to, subjectaltname } = socket.getPeerCertificate();
  const code = String(socket.authorizationError);
  const why =
    code === 'CERT_HAS_EXPIRED' ? `expired on ${valid_to}: renew it` : (CERTIFICATE_REASONS[code] ?? `fails: ${code}`);
  socket.destroy();
  throw new CommandError(
    `A browser refuses the certificate of ${url.host} (${subjectaltname ?? 'it has no names'}): it ${why}`,
  );
}
