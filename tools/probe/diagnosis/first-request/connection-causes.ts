import { median } from '../../../statistics';
import { milliseconds } from '../../../words';
import type { Measurements } from '../../measurements';
import type { Found } from '../cause';
import { FLOOR, NOTICEABLE } from '../thresholds';
import type { Attribution } from './attribution';

/** Time to open connections, and what the server does once on each. */
export function connectionCauses(found: Measurements, parts: Attribution): Found[] {
  const { runs } = found;
  return runs.length === 0
    ? []
    : [
        ...tcp(median(runs.map((run) => run.tcp))),
        ...tls(found),
        ...closed(found),
        ...closedAtRest(found),
        ...slowConnection(parts),
      ];
}

function tcp(adds: number): Found[] {
  return adds < FLOOR
    ? []
    : [
        {
          id: 'cold-connection',
          adds,
          to: 'first request',
          because: 'the TCP connection',
          fault: false,
          found: 'A TCP connection takes one round trip.',
        },
      ];
}

function tls({ runs, tls: facts }: Measurements): Found[] {
  const adds = median(runs.map((run) => run.tls ?? 0));
  const roundTrip = median(runs.map((run) => run.tcp));
  const resumed = facts ? `, and its sessions are ${facts.resumes ? '' : 'not '}resumed` : '';
  return adds < FLOOR
    ? []
    : [
        {
          id: 'tls',
          adds,
          to: 'first request',
          because: 'the TLS handshake',
          // TLS 1.2 needs two round trips.
          fault: adds - 2 * roundTrip > NOTICEABLE,
          found: `The ${facts?.protocol ?? 'TLS'} handshake takes ${milliseconds(adds)} with a round trip of ${milliseconds(roundTrip)}${resumed}.`,
        },
      ];
}

/** Milliseconds of TCP and TLS, for which a page of another origin waits. */
export function connectionTime({ runs }: Measurements): number {
  return runs.length === 0 ? 0 : median(runs.map(({ tcp, tls = 0 }) => tcp + tls));
}

/** Number of runs in which the second request needed another connection. */
export function closedRuns({ runs }: Measurements): number {
  return runs.filter(({ first, second }) => second.opening > 0 || first.closed).length;
}

function closed(found: Measurements): Found[] {
  const count = closedRuns(found);
  return count === 0 || count < found.runs.length / 2
    ? []
    : [
        {
          id: 'connection-closed',
          adds: median(found.runs.map(({ second }) => second.opening)),
          to: 'every request',
          because: 'a new connection for each request',
          fault: true,
          found: `The server closed the connection after the response in ${count} of ${found.runs.length} runs, so the next request opens a new one.`,
        },
      ];
}

/** A connection that is closed early. It costs a new one, which is noticeable only if the server is far away. */
function closedAtRest(found: Measurements): Found[] {
  const closedAfter = Math.min(...found.rests.flatMap((rest) => rest.closedAfter ?? []));
  const adds = median(
    found.rests.filter((rest) => rest.closedAfter !== undefined).map(({ request }) => request.opening),
  );
  return !Number.isFinite(closedAfter) || !(adds >= FLOOR) || closedRuns(found) > 0
    ? []
    : [
        {
          id: 'connection-closed',
          adds,
          to: 'first request',
          because: 'a new connection after a rest',
          fault: false,
          found: `The server closes an idle connection after ${closedAfter.toFixed(0)} s, so a request after a longer rest opens a new one.`,
        },
      ];
}

function slowConnection({ connection, repeated }: Attribution): Found[] {
  return connection === 0
    ? []
    : [
        {
          id: 'slow-connection',
          adds: connection,
          to: 'first request',
          because: 'the connection: the server spends it on each new one',
          fault: true,
          found: `The first request on each new connection takes ${milliseconds(repeated + connection)}, and the next ones ${milliseconds(repeated)}.`,
        },
      ];
}
