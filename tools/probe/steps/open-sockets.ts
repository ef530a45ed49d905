import type { WebSocket } from 'ws';
import { endSocket } from './end-socket';
import type { Opener } from './opening';
import { isRateLimit } from './rate-limit';
import { within } from './within';

/** Timeout for opening all sockets, in milliseconds. A server without a free worker never opens the rest. */
const OPENING_TIMEOUT = 2_000;

/** Milliseconds in which a socket answers a ping. */
const PING = 2_000;

/** Sockets that are open at the same time. */
export interface OpenSockets {
  readonly requested: number;
  readonly opened: number;
  /** The sockets that were opened, including those that the server closed since. */
  readonly all: readonly WebSocket[];
  /** Reasons for which the server closed sockets or rejected them, until {@link close}. */
  readonly dropped: readonly string[];
  /** Number of frames that the sockets received. */
  readonly received: () => number;
  /** Number of those that refuse a frame because of a rate limit. */
  readonly limited: () => number;
  /** Closes all sockets immediately, including those that are still opening. */
  readonly close: () => void;
}

/**
 * Opens sockets concurrently. Resolves when all are open or rejected, or after {@link OPENING_TIMEOUT} with those that are open.
 *
 * @param frames frames that the sockets will send, whose echo is no refusal
 */
export async function openSockets(
  requested: number,
  opener: Opener,
  signal: AbortSignal,
  frames: readonly string[] = [],
): Promise<OpenSockets> {
  const started: WebSocket[] = [];
  const all: WebSocket[] = [];
  const dropped: string[] = [];
  let received = 0;
  let limited = 0;
  let closed = false;
  const attempts = Array.from({ length: requested }, async () => {
    try {
      const socket = await opener.open((socket) => {
        started.push(socket);
        if (closed) {
          socket.terminate();
        }
        socket.on('message', (data) => {
          received++;
          limited += isRateLimit(String(data), frames) ? 1 : 0;
        });
        socket.once('open', () =>
          socket.once('close', (code, reason) => closed || dropped.push(closeReason(code, reason))),
        );
      });
      all.push(socket);
    } catch (error) {
      if (!closed && !signal.aborted) {
        dropped.push((error as Error).message);
      }
    }
  });
  await within(OPENING_TIMEOUT, Promise.all(attempts), signal);
  return {
    requested,
    opened: all.length,
    all,
    dropped,
    received: () => received,
    limited: () => limited,
    close: () => {
      closed = true;
      for (const socket of started) {
        endSocket(socket);
      }
    },
  };
}

/** `code 1008 (too many messages)` */
export function closeReason(code: number, reason: Buffer): string {
  return reason.length > 0 ? `code ${code} (${reason})` : `code ${code}`;
}

/** Number of sockets that do not answer a ping, which the server reads after the frames. */
export async function unanswered(all: readonly WebSocket[], signal: AbortSignal): Promise<number> {
  let waiting = all.length;
  const pongs = all.map(
    (socket) =>
      new Promise<void>((resolve) => {
        const end = () => {
          waiting--;
          resolve();
        };
        if (socket.readyState !== socket.OPEN) {
          // The reason is recorded when the server closes a socket.
          end();
          return;
        }
        socket.once('pong', end);
        socket.ping();
      }),
  );
  await within(PING, Promise.all(pongs), signal);
  return waiting;
}
