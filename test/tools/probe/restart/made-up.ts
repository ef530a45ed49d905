import type { Exchange } from '../../../../tools/probe/measurements';
import type { Order, Restart, SocketUse } from '../../../../tools/probe/restart/restarts';

/** Times of one restart, in milliseconds. */
export interface Times {
  readonly first: number;
  readonly second?: number;
  readonly later?: readonly number[];
  readonly socket?: SocketUse;
  readonly seen?: boolean;
  readonly pause?: number;
  readonly serverTiming?: Readonly<Record<string, number>>;
}

/** Usual time of a request or a socket. */
const USUAL = 1;

/** A restart that was not measured. */
function madeUp(order: Order, times: Times): Restart {
  const { first, second = USUAL, later = [USUAL], socket, seen = true, pause = 0, serverTiming } = times;
  return {
    order,
    seen,
    pause,
    requests: {
      first: { ...exchange(first), ...(serverTiming && { serverTiming }) },
      second: exchange(second),
      later: later.map(exchange),
    },
    ...(socket && { socket, socketAgain: { upgrade: USUAL, pong: USUAL } }),
  };
}

/** Three restarts of the request alone. */
export function alone(...times: readonly [Times, Times, Times]): Restart[] {
  return times.map((each) => madeUp('request alone', each));
}

/** Restarts with a socket: the request alone, the socket first, and both at once. */
export function withSocket(request: Times, socketFirst: Times, both: Times): Restart[] {
  const fast = { upgrade: USUAL, pong: USUAL };
  return [
    madeUp('request alone', { socket: fast, ...request }),
    madeUp('socket first', { socket: fast, ...socketFirst }),
    madeUp('both at once', { socket: fast, ...both }),
  ];
}

function exchange(ms: number): Exchange {
  return { at: 0, ms, opening: 0, status: 200, closed: false, pause: 0 };
}
