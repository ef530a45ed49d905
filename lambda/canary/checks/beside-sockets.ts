import { CanarySocket } from '../canary-socket';
import { CheckFailure } from '../check-failure';
import type { LaneRequests } from '../lane-requests';
import { within } from '../within';
import { medianDuration } from './http';

/** Number of sockets beside which requests are measured. */
const SOCKETS = 5;

export interface BesideSockets {
  readonly lane: LaneRequests;
  readonly webSocketUrl: string;
  /** Takes the sockets that are opened, so that they are closed whatever happens. */
  readonly sockets: CanarySocket[];
  /** True if each socket needs a ticket. */
  readonly ticketed: boolean;
  /** Time after which no request and no handshake begins, in milliseconds of `performance.now`. */
  readonly end: number;
  /** Milliseconds of a handshake. */
  readonly limit: number;
}

/**
 * Measures requests without sockets, opens {@link SOCKETS} silent ones, and measures again. The client must be warm: its first requests
 * are slower, whatever the lane does.
 *
 * @returns the median duration beside sockets, divided by that without them; undefined if the lanes are too slow, or a socket does not
 * open or stay open. Throws CheckFailure for a request that fails, or RateLimited
 */
export async function ratioBesideSockets(
  { lane, webSocketUrl, sockets, ticketed, end, limit }: BesideSockets,
  signal: AbortSignal,
): Promise<number | undefined> {
  const without = await medianDuration(lane, end, signal);
  const opened: CanarySocket[] = [];
  while (opened.length < SOCKETS) {
    if (performance.now() >= end) {
      return undefined;
    }
    const ticket = ticketed ? await lane.ticket(signal) : undefined;
    const socket = await socketWithin(limit, webSocketUrl, ticket, signal);
    if (!socket) {
      break;
    }
    sockets.push(socket);
    opened.push(socket);
  }
  // Also beside fewer sockets: these requests must be answered, too.
  const beside = await medianDuration(lane, end, signal);
  // A connection over the limit of a subject closes an earlier one.
  const complete = opened.length === SOCKETS && opened.every(({ isOpen }) => isOpen);
  return complete && without !== undefined && beside !== undefined ? beside / without : undefined;
}

/** @returns a socket; undefined if the handshake is refused, or not answered */
async function socketWithin(
  limit: number,
  url: string,
  ticket: string | undefined,
  signal: AbortSignal,
): Promise<CanarySocket | undefined> {
  try {
    const answer = await within(limit, (limited) => CanarySocket.open(url, ticket, limited), signal);
    return typeof answer === 'number' ? undefined : answer;
  } catch (error) {
    if (error instanceof CheckFailure) {
      return undefined;
    }
    throw error;
  }
}
