import type { BesideSocket } from './observed';
import { isUnclear } from './socket-effect';

/** Requests without a socket, and with an open one. */
const REQUESTS = 10;

/** Sockets that are opened while requests are sent: the minimum, and the maximum if the result is not clear. */
const OPENINGS = 5;
const MOST_OPENINGS = 15;

/** Requests with and without an open socket, for each of these sockets. */
const EACH = 3;

/** Maximum number of requests while one socket opens, and milliseconds between them. */
const MOST = 10;
const PAUSE = 5;

/** Milliseconds after which a WebSocket that has not opened has failed. */
const TIMEOUT = 10_000;

/**
 * Measures requests alone, while a WebSocket opens, and while it is open.
 *
 * @param send - sends a request. @returns its milliseconds
 */
export async function besideSocket(
  url: string,
  send: () => Promise<number>,
  signal: AbortSignal,
  progress: (step: string) => void,
): Promise<BesideSocket> {
  const result = { failed: false, alone: [], open: [], opening: [], notOpening: [] } as Mutable<BesideSocket>;
  const sockets: WebSocket[] = [];
  try {
    progress('Sending it without a WebSocket');
    for (let count = 0; count < REQUESTS; count += 1) {
      result.alone.push(await send());
    }
    progress('Opening the WebSocket, and sending the request while it is open');
    // The first opening is also the first use of the socket's handler, which can wait for the first import or connection of the server.
    const during = await requestsDuring(opened(url, sockets, signal), send);
    for (let count = 0; count < REQUESTS; count += 1) {
      result.open.push(await send());
    }
    result.opening.push(Math.max(...during));
    if (sockets[0]?.readyState !== WebSocket.OPEN) {
      throw new NotOpened('The server closed the WebSocket.');
    }
    progress('Sending the request while the WebSocket opens');
    for (let count = 1; count < OPENINGS || (count < MOST_OPENINGS && isUnclear(result)); count += 1) {
      sockets.pop()?.close();
      const slowest = await requestsDuring(opened(url, sockets, signal), send);
      result.opening.push(Math.max(...slowest));
      result.open.push(...(await requests(EACH, send)));
      sockets.pop()?.close();
      // As many requests, because the slowest of more requests is slower.
      result.notOpening.push(Math.max(...(await requests(slowest.length, send))));
      result.alone.push(...(await requests(EACH, send)));
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof NotOpened)) {
      throw error;
    }
    result.failed = true;
  } finally {
    for (const socket of sockets) {
      socket.close();
    }
  }
  return result;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] extends readonly number[] ? number[] : Type[Key] };

/**
 * Sends requests one after the other until a handshake has ended, and one after it. A server can block before or after its answer, and the
 * handshake arrives at the server later than the request, which has a connection already.
 *
 * @returns the milliseconds of the requests
 */
async function requestsDuring(handshake: Promise<void>, send: () => Promise<number>): Promise<number[]> {
  let pending = true;
  const ended = handshake.finally(() => (pending = false));
  const results: number[] = [];
  const sending = async () => {
    while (pending && results.length < MOST) {
      results.push(...(await requests(1, send)));
    }
    results.push(...(await requests(1, send)));
  };
  await Promise.all([ended, sending()]);
  return results;
}

async function requests(count: number, send: () => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  while (results.length < count) {
    results.push(await send());
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  return results;
}

class NotOpened extends Error {}

/** Opens a WebSocket. Resolves when it is open. */
function opened(url: string, sockets: WebSocket[], signal: AbortSignal): Promise<void> {
  const socket = new WebSocket(url);
  sockets.push(socket);
  return new Promise((resolve, reject) => {
    const fail = () => reject(new NotOpened('The WebSocket did not open.'));
    const timer = setTimeout(fail, TIMEOUT);
    signal.addEventListener('abort', () => reject(signal.reason));
    socket.addEventListener('open', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.addEventListener('error', fail);
  });
}
