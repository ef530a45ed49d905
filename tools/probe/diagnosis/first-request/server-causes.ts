import { median } from '../../../statistics';
import { milliseconds } from '../../../words';
import type { Exchange, Measurements } from '../../measurements';
import { type Found, withoutFix } from '../cause';
import { namedParts } from '../cold-start-parts';
import { NOTICEABLE } from '../thresholds';
import type { Attribution } from './attribution';
import { restarts } from './browser-causes';
import { closedRuns } from './connection-causes';

/** Causes in the server: its start, each worker, each URL, a rest, or every request. */
export function serverCauses(found: Measurements, parts: Attribution): Found[] {
  return [
    ...failedFirst(found),
    ...coldProcess(found, parts),
    ...coldWorkers(parts),
    ...coldUrl(parts),
    ...coldAfterRest(found, parts),
    ...slowHandler(found, parts),
  ];
}

function coldProcess({ runs }: Measurements, parts: Attribution): Found[] {
  return parts.process === 0 || parts.slowLater > 0 || (runs[0] !== undefined && failed(runs[0].first))
    ? []
    : [
        {
          id: 'cold-process',
          adds: parts.process,
          to: 'first request',
          because: 'the process: it was cold',
          fault: true,
          found:
            `The very first request took ${runs[0]?.first.pause ? 'at least ' : ''}${milliseconds(parts.process)} longer than the later ones, on new connections, too. ` +
            (runs[0] ? namedParts(runs[0]) : []).map((sentence) => `${sentence} `).join('') +
            'A pause of the server at that moment looks the same: only a second start shows the difference.',
        },
      ];
}

/** A process that refuses its very first request, or does not answer it, and answers all later ones. */
function failedFirst({ runs: [own, ...later] }: Measurements): Found[] {
  if (own === undefined || !onlyFirstFailed([own, ...later])) {
    return [];
  }
  const { status, failure, ms } = own.first;
  return [
    {
      id: 'cold-process',
      adds: ms,
      to: 'first request',
      because: 'the process: it was not ready',
      fault: true,
      found: `The very first request ${failure === undefined ? `was answered ${status}` : `was not answered (${withoutFix(failure)})`}, and all later ones were answered ${later[0]?.first.status}.`,
    },
  ];
}

/** True if the very first request failed, and the first one on each later connection did not. */
export function onlyFirstFailed([own, ...later]: Measurements['runs']): boolean {
  return own !== undefined && later.length > 0 && failed(own.first) && !later.some(({ first }) => failed(first));
}

function failed({ status, failure }: Exchange): boolean {
  return failure !== undefined || status >= 500;
}

function coldWorkers({ slowLater, process, worker }: Attribution): Found[] {
  const slow = slowLater + (process > 0 ? 1 : 0);
  return slowLater === 0
    ? []
    : [
        {
          id: 'cold-workers',
          adds: worker,
          to: 'first request',
          because: 'the workers: each was cold for its first request',
          fault: true,
          found: `${slow} of the first requests took about ${milliseconds(worker)} longer, and none of the later ones: so many workers, or connections of a pool, were cold.`,
        },
      ];
}

function coldUrl({ url }: Attribution): Found[] {
  return url === 0
    ? []
    : [
        {
          id: 'cold-url',
          adds: url,
          to: 'first request',
          because: 'the URL: the server spends it on each new one',
          fault: true,
          found: `The first request of each new URL takes ${milliseconds(url)} longer than the next one of the same URL.`,
        },
      ];
}

type Rest = Measurements['rests'][number];

/** Milliseconds of the request after a rest that neither the request nor a new connection explains. */
function afterRest({ request, closedAfter }: Rest, { repeated, connection }: Attribution): number {
  return request.ms - repeated - (closedAfter === undefined ? 0 : connection);
}

function slowRests({ rests }: Measurements, parts: Attribution): Rest[] {
  return rests.filter((rest) => afterRest(rest, parts) >= NOTICEABLE);
}

/** Seconds of the rests after which a request was slow once, and fast another time. */
export function slowOnce(found: Measurements, parts: Attribution): number[] {
  const slow = slowRests(found, parts);
  const fast = found.rests.filter((rest) => !slow.includes(rest)).map(({ seconds }) => seconds);
  return [...new Set(slow.map(({ seconds }) => seconds))].filter((seconds) => fast.includes(seconds));
}

function coldAfterRest(found: Measurements, parts: Attribution): Found[] {
  const additional = (rest: Rest) => afterRest(rest, parts);
  const slow = slowRests(found, parts).filter(({ seconds }) => !slowOnce(found, parts).includes(seconds));
  // A restart after each write has made it cold.
  if (restarts(found).length > 0) {
    return [];
  }
  const [shortest] = slow.toSorted((a, b) => a.seconds - b.seconds);
  if (shortest === undefined || parts.erratic > 0) {
    return [];
  }
  const adds = median(slow.map(additional));
  return [
    {
      id: 'cold-after-rest',
      adds,
      to: 'first request',
      because: `the rest: after ${shortest.seconds} s without requests, something was cold again`,
      fault: true,
      found:
        `After ${[...new Set(slow.map(({ seconds }) => `${seconds} s`))].join(', ')} without requests, a request took ${milliseconds(adds)} longer` +
        `${slow.some(({ closedAfter }) => closedAfter === undefined) ? ', on a connection that was still open' : ''}. ` +
        'A pool closed its connections, a process was stopped, or it started again because the request wrote a file that it watches.',
    },
  ];
}

function slowHandler(found: Measurements, { repeated }: Attribution): Found[] {
  const roundTrip = found.runs.length === 0 ? 0 : median(found.runs.map(({ tcp }) => tcp));
  const adds = repeated - roundTrip;
  // If each request opens a connection, the time can belong to the connection.
  return adds < NOTICEABLE || closedRuns(found) > 0
    ? []
    : [
        {
          id: 'slow-handler',
          adds,
          to: 'every request',
          because: 'the handler, in every request',
          fault: true,
          found: `A request that renews nothing takes ${milliseconds(adds)} in the server, so this is not specific to the first one.`,
        },
      ];
}
