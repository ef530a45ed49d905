import { CommandError } from '../../cli';
import type { Endpoint } from './endpoint';
import { proxyVariable } from './proxy-variable';

/** Converts an error of a connection, or of a request on it, to an error for the user. */
export function toCommandError(error: NodeJS.ErrnoException & { rawPacket?: Buffer }, endpoint: Endpoint): Error {
  if (error instanceof CommandError) {
    return error;
  }
  const { url, address, port, timeout } = endpoint;
  const { code = error.message } = error;
  const where = `${url.protocol}//${url.host} (${address}:${port})`;
  const because = (text: string) => new CommandError(`${where} ${text}`, { cause: error });
  if (code === 'ECONNREFUSED') {
    return because(`refused the connection. Fix: ${startOrPort(url)}.`);
  }
  if (code === 'ENDLESS_BODY') {
    return because(
      `sent a response whose body did not end within ${timeout} ms. Fix: use a URL whose response ends, because an event stream cannot be measured, or increase --timeout.`,
    );
  }
  if (code === 'UNFINISHED_BODY') {
    return because('ended the connection in the middle of a response. Fix: look at the log of the server.');
  }
  if (code === 'NO_RESPONSE') {
    return because(
      `accepted the connection, but did not respond within ${timeout} ms. Fix: look at what the server waits for, such as its database, or increase --timeout.`,
    );
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return because(
      'sent headers that are longer than 256 KB, which browsers reject. Fix: send fewer cookies and headers.',
    );
  }
  if (code === 'TIMED_OUT' || code === 'ETIMEDOUT') {
    return because(
      `did not respond within ${timeout} ms. Fix: check the host, port and firewall, or increase --timeout${proxyHint(url)}.`,
    );
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' || code === 'EPROTO') {
    return because(`did not respond with TLS (${code}). Fix: check the port, or use ${plainScheme(url)} in the URL.`);
  }
  if (code.startsWith('ERR_SSL_') && code.includes('ALERT')) {
    return because(
      `refused the TLS handshake (${code}). Fix: check the host name in the URL; the probe has no client certificate, and TLS 1.2 and 1.3 only.`,
    );
  }
  if (code.startsWith('HPE_')) {
    return isTls(error.rawPacket)
      ? because(`responded with TLS. Fix: use ${secureScheme(url)} in the URL.`)
      : because(`did not respond with HTTP (${code}). Fix: check the port.`);
  }
  if (code.startsWith('ERR_HTTP2_')) {
    return because(`ended the HTTP/2 stream without a response (${code}). Fix: look at the log of the server.`);
  }
  const scheme = endpoint.secure ? '' : ` If it serves TLS, use ${secureScheme(url)} in the URL.`;
  return because(
    `closed the connection without a response (${code}). Fix: check the port, and look at the log of the server.${scheme}`,
  );
}

/** Addition to a fix of a connection that fails, if other programs use a proxy. */
function proxyHint(url: URL): string {
  const variable = proxyVariable(url);
  return variable
    ? `; ${variable} is set, but the probe connects directly: run it where the server is reached without a proxy`
    : '';
}

export function startOrPort(url: URL): string {
  return `start the server, or check the host and port${proxyHint(url)}`;
}

function plainScheme({ protocol }: URL): string {
  return protocol === 'wss:' ? 'ws:' : 'http:';
}

function secureScheme({ protocol }: URL): string {
  return protocol === 'ws:' ? 'wss:' : 'https:';
}

/** Content types of TLS records that a server sends to a client that speaks no TLS: alert, handshake. */
const TLS_RECORDS = [0x15, 0x16];

function isTls(bytes: Buffer | undefined): boolean {
  return bytes !== undefined && TLS_RECORDS.includes(bytes[0] ?? 0) && bytes[1] === 3;
}
