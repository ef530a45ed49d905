import { longest, type Order, type Requests, type Restart, SIGN, timeOf } from './restarts';

/** Costs of first uses, as differences of times. Milliseconds. */
export interface Costs {
  /** First request of each process that was measured alone, more than a later one on a new connection. */
  readonly alone: readonly number[];
  /** The same for the first request after the first socket. */
  readonly afterSocket?: number;
  /** The same for the first two requests together, while the socket is used for the first time. */
  readonly atOnce?: number;
  /** Part of {@link atOnce} that the socket's first use adds; negative if it takes away. */
  readonly added?: number;
  /** Part of the request's cost that a socket before it takes away; negative if it adds. */
  readonly shared?: number;
  /** First socket of a process, more than a later one, if nothing came before it. */
  readonly socketFirst?: number;
  /** The same after requests. */
  readonly socketAfter?: number;
  /** True if a later request was slow again, as it is if several workers are cold. */
  readonly manyCold: boolean;
}

/** Calculates the costs. Pure. */
export function costsOf(restarts: readonly Restart[]): Costs {
  const usualSecond = Math.min(...restarts.map(({ requests }) => longest(requests.second)));
  const later = Math.min(...restarts.flatMap(({ socketAgain }) => (socketAgain ? [timeOf(socketAgain)] : [])));
  const of = (order: Order) => restarts.find((restart) => restart.order === order);
  const bothOf = ({ requests }: Restart) => costOf(requests) + above(requests.second.ms, usualSecond);
  const socketOf = (restart: Restart | undefined) =>
    restart?.socket && Number.isFinite(later) ? above(timeOf(restart.socket), later) : undefined;
  const alone = restarts.filter(({ order }) => order === 'request alone');
  const [first] = alone;
  const afterSocket = of('socket first');
  const atOnce = of('both at once');
  return {
    alone: alone.map(({ requests }) => costOf(requests)),
    manyCold: restarts.some((restart) => isColdAgain(restart, usualSecond)),
    ...(first && afterSocket && { shared: costOf(first.requests) - costOf(afterSocket.requests) }),
    ...(afterSocket && { afterSocket: costOf(afterSocket.requests), socketFirst: socketOf(afterSocket) }),
    ...(first?.socket && { socketAfter: socketOf(first) }),
    ...(first && atOnce && { atOnce: bothOf(atOnce), added: bothOf(atOnce) - bothOf(first) }),
  };
}

/** True if one of the later requests was slow, and others were not: as slow as a first one is on another worker. */
function isColdAgain({ order, requests: { second, later } }: Restart, usualSecond: number): boolean {
  const slowest = Math.max(...later.map(({ ms }) => ms));
  // While the socket is used for the first time, it delays the second request.
  return slowest - usualOf({ later }) >= SIGN || (order !== 'both at once' && second.ms - usualSecond >= SIGN);
}

/** Time of the first request, more than the fastest later one on a new connection. */
function costOf({ first, later }: Requests): number {
  return above(first.ms, usualOf({ later }));
}

/** Time of a request on a new connection to a process that is not cold. */
export function usualOf({ later }: Pick<Requests, 'later'>): number {
  return Math.min(...later.map(longest));
}

function above(ms: number, usual: number): number {
  return Math.max(0, ms - usual);
}
