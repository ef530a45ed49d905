import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isNativeError } from 'node:util/types';

/** Milliseconds. Lanes answer a handshake in well under a second, and a function that starts within a few seconds. */
const TIMEOUT = 10_000;

/** Headers of a handshake without a ticket and without an origin (RFC 6455). The key is that of the RFC's example. */
const HEADERS = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/**
 * Sends a WebSocket handshake without credentials, over HTTP/1.1, and closes the connection. `fetch` cannot send one.
 *
 * @param url - `wss://app.example.com/socket`
 * @returns the status: 101 if it was accepted. Rejects with the network's error
 */
export function handshake(url: string, timeout = TIMEOUT): Promise<number> {
  const secure = new URL(url).protocol === 'wss:';
  const request = secure ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url.replace(/^ws/, 'http'), {
      headers: HEADERS,
      agent: false,
      signal: AbortSignal.timeout(timeout),
    });
    sent.on('response', ({ statusCode = 0 }) => {
      resolve(statusCode);
      sent.destroy();
    });
    sent.on('upgrade', (_, socket) => {
      resolve(101);
      socket.destroy();
    });
    // An error after the response changes nothing.
    sent.on('error', reject);
    sent.end();
  });
}

/** Reason why a handshake got no answer, with a fix. Rethrows an error that does not come from the network. */
export function reasonOfHandshake(error: unknown, url: string): string {
  const code = isNativeError(error) ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === undefined || code === 'ERR_INVALID_URL') {
    throw error;
  }
  return code === 'ABORT_ERR'
    ? `${url} did not respond in time. Fix: try again in a minute.`
    : `${url} did not respond (${code}). Fix: check the network.`;
}
