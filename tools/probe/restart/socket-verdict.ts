import { NOTICEABLE } from '../diagnosis/thresholds';
import type { Costs } from './costs';

/** Effects of the socket's first use on the first request, in milliseconds. Absent if not noticeable. */
export interface SocketVerdict {
  /** Added to the request, if both come at the same time. */
  readonly adds?: number;
  /** Paid by the socket instead of the request, if the socket comes first. */
  readonly shares?: number;
  /** A difference between the restarts that the times of the socket do not explain. */
  readonly unexplained?: 'added' | 'shared';
}

/** Compares the restarts. Pure. */
export function socketVerdict({
  added = 0,
  shared = 0,
  atOnce = 0,
  socketFirst = 0,
  socketAfter = 0,
}: Costs): SocketVerdict {
  const adds = added >= NOTICEABLE;
  const shares = shared >= NOTICEABLE;
  // The same work must show in the socket: it takes as long there.
  const addsIsSeen = socketFirst >= added / 2;
  // A socket that comes first pays instead, unless its handler works without delaying it. Then it is paid at once again.
  const sharesIsSeen = socketFirst - socketAfter >= shared / 2 || atOnce >= shared / 2;
  const unexplained = adds && !addsIsSeen ? 'added' : shares && !sharesIsSeen ? 'shared' : undefined;
  return {
    ...(adds && addsIsSeen && { adds: added }),
    ...(shares && sharesIsSeen && { shares: shared }),
    ...(unexplained && { unexplained }),
  };
}
