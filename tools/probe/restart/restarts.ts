import { NOTICEABLE } from '../diagnosis/thresholds';
import type { Exchange } from '../measurements';

/** Order of the first request and the first socket of a new process. */
export type Order = 'request alone' | 'socket first' | 'both at once';

/** Requests of a new process. */
export interface Requests {
  /** The page's request, the first of the process. */
  readonly first: Exchange;
  /** The same on the same connection. */
  readonly second: Exchange;
  /** The same, each the first on a new connection, until one takes less than half of the first of all. */
  readonly later: readonly Exchange[];
}

/** One socket, from the handshake to the moment at which the server is free again. Milliseconds. */
export interface SocketUse {
  /** From the upgrade request to its response. */
  readonly upgrade: number;
  /**
   * From a ping to its pong. Some servers answer the handshake before the work of their handler, which then delays the pong.
   * Absent if none came.
   */
  readonly pong?: number;
  /** From the first frame of the page to the next frame of the server. Absent if none was sent or answered. */
  readonly answer?: number;
  /** Reason for which the server closed the socket. */
  readonly dropped?: string;
}

/** Results after one restart. */
export interface Restart {
  readonly order: Order;
  /** True if the port refused connections before. False if only the user knows that the process is new. */
  readonly seen: boolean;
  readonly requests: Requests;
  /** The first socket of the process. Absent without a WebSocket. */
  readonly socket?: SocketUse;
  /** Another socket, after everything else. */
  readonly socketAgain?: SocketUse;
  /** Milliseconds for which this program was paused during the first request or the first socket. */
  readonly pause: number;
}

/** Orders to measure, one for each restart. */
export function ordersOf(withSocket: boolean): readonly [Order, Order, Order] {
  return withSocket
    ? ['request alone', 'socket first', 'both at once']
    : ['request alone', 'request alone', 'request alone'];
}

/**
 * Half of what counts as slow, in milliseconds. Less of a cost that was seen elsewhere is no sign of it, and a shorter pause of this
 * program cannot be mistaken for it.
 */
export const SIGN = NOTICEABLE / 2;

/** True if this program was paused for so long that the result says little of the server. */
export function isDisturbed({ pause }: Restart): boolean {
  return pause >= SIGN;
}

/**
 * Longest time that an exchange can have taken, in milliseconds. Its time is without the pauses of this program, in which the server did not
 * pause: for the usual time, which is the shortest of several, that would be too short.
 */
export function longest({ ms, pause }: Exchange): number {
  return ms + pause;
}

/** Whole time of a socket, in milliseconds. */
export function timeOf({ upgrade, pong = 0, answer = 0 }: SocketUse): number {
  return upgrade + pong + answer;
}
