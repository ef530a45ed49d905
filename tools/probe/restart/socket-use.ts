import type { WebSocket } from 'ws';
import type { Endpoint } from '../network/endpoint';
import { openSocket, type Opening } from '../network/web-socket';
import { closeReason } from '../steps/open-sockets';
import { within } from '../steps/within';
import type { SocketUse } from './restarts';

/** Milliseconds to wait for a pong, or for the answer to a frame. Some servers send none. */
const ANSWER_TIMEOUT = 5_000;

/** Frames that the page sends on a new socket. */
export interface Frames {
  readonly greeting?: string;
  readonly frame?: string;
}

/** A socket that stays open, and its times. */
export interface UsedSocket {
  readonly socket: WebSocket;
  readonly use: SocketUse;
}

/**
 * Opens a socket, and waits until the server is free again after it.
 *
 * @param onStart called when the handshake is about to be sent
 * @throws {CommandError} if the server rejects the handshake
 */
export async function useSocket(
  endpoint: Endpoint,
  opening: Opening,
  { greeting, frame }: Frames,
  onStart: (socket: WebSocket) => void,
): Promise<UsedSocket> {
  const { clock, signal } = endpoint;
  let dropped: string | undefined;
  const { socket, handshake } = await openSocket(endpoint, opening, (created) => {
    created.once('open', () => created.once('close', (code, reason) => (dropped = closeReason(code, reason))));
    onStart(created);
  });
  const time = async (event: 'pong' | 'message', send: () => void): Promise<number | undefined> => {
    if (socket.readyState !== socket.OPEN) {
      return undefined;
    }
    const start = clock.now();
    const heard = awaited(socket, event, signal);
    send();
    return (await heard) ? clock.now() - start : undefined;
  };
  const pong = await time('pong', () => socket.ping());
  const sent = [greeting, frame].filter((one) => one !== undefined);
  const answer = sent.length > 0 ? await time('message', () => sent.forEach((one) => socket.send(one))) : undefined;
  return {
    socket,
    use: {
      upgrade: handshake.upgrade,
      ...(pong !== undefined && { pong }),
      ...(answer !== undefined && { answer }),
      ...(dropped !== undefined && { dropped }),
    },
  };
}

/** Waits for the event. Resolves to false if the socket is closed before, or after {@link ANSWER_TIMEOUT}. */
async function awaited(socket: WebSocket, event: 'pong' | 'message', signal: AbortSignal): Promise<boolean> {
  let came = false;
  const over = new Promise<void>((resolve) => {
    socket.once('close', resolve).once(event, () => {
      came = true;
      resolve();
    });
  });
  await within(ANSWER_TIMEOUT, over, signal);
  return came;
}
