import { hodgesLehmann, median } from '../../../statistics';
import type { Exchange, Measurements, Run } from '../../measurements';
import { FLOOR, NOTICEABLE, RATIO } from '../thresholds';

/** Parts of the server's time of a first request, in milliseconds. A part that was not seen is 0. */
export interface Attribution {
  /** A request that renews nothing. */
  readonly repeated: number;
  /** Additional time of the first request on a connection, and of the first request of a URL. */
  readonly connection: number;
  readonly url: number;
  /** Additional time of the very first request that no later one had. */
  readonly process: number;
  /** Number of later requests that were as slow as the very first one, and after which none was. */
  readonly slowLater: number;
  /** Additional time of each of those. */
  readonly worker: number;
  /** Number of requests that were slow without a pattern. They hide what the first request shows. */
  readonly erratic: number;
  /** Milliseconds for which the probe was paused during the very first request, if that can hide a cold process. Otherwise 0. */
  readonly hiddenBy: number;
}

/**
 * Attributes the time of the first request by renewing one thing at a time. A connection and a URL can be renewed again and again, so an
 * interval decides on them. A process is cold once, so the first request must be noticeably slower than every later one.
 */
export function attribute({ runs, bursts, redirects }: Measurements): Attribution {
  const [own, ...later] = runs;
  const repeated = medianOf(later.length > 0 ? later.map(({ second }) => second.ms) : own ? [own.second.ms] : []);
  const connection = later.some(({ second }) => second.opening > 0)
    ? 0
    : additional(later.map(({ first, second }) => [first.ms, second.ms]));
  const url = additional(
    later.flatMap(({ otherUrl }) => (otherUrl ? [[otherUrl[0].ms, otherUrl[1].ms] as const] : [])),
  );
  const nothing = { process: 0, slowLater: 0, worker: 0, erratic: 0, hiddenBy: 0 };
  if (!own || later.length === 0) {
    return { repeated, connection, url, ...nothing };
  }
  // The page's URL is new only in the very first request.
  const first = own.first.ms - connection - url;
  const others = [own.second.ms, ...later.flatMap((run) => residuals(run, connection))];
  const lastHalf = others.slice(Math.floor(others.length / 2));
  const warm = median(lastHalf);
  // If the page's request is redirected, the redirect is the very first response of the process.
  const headExcess = first - warm + redirectExcess(redirects);
  // A body can be slow only once, too: the server sends the head before it does its first work.
  const excess = headExcess + bodyExcess(runs);
  const slow = warm + Math.max(NOTICEABLE, headExcess / 2);
  const cold = excess >= NOTICEABLE;
  const slowLast = lastHalf.filter((ms) => ms > slow).length;
  const slowLater = [
    ...others.slice(0, others.length - lastHalf.length).filter((ms) => ms > slow),
    ...slowInFirstBurst(bursts, Math.max(NOTICEABLE, excess / 2)),
  ];
  // One pause in so many requests does not make the first one less remarkable, but two are no pattern.
  if (slowLast > (cold && slowLater.length === 0 ? 1 : 0)) {
    return { repeated, connection, url, ...nothing, erratic: slowLast + slowLater.length };
  }
  if (!cold && slowLater.length === 1) {
    return { repeated, connection, url, ...nothing, erratic: 1 };
  }
  const all = [...(cold ? [first] : []), ...slowLater];
  return {
    ...{ repeated, connection, url, erratic: 0 },
    process: cold ? excess : 0,
    slowLater: slowLater.length,
    worker: slowLater.length > 0 ? median(all) - warm : 0,
    hiddenBy: !cold && slowLater.length === 0 && excess + own.first.pause >= NOTICEABLE ? own.first.pause : 0,
  };
}

/** Milliseconds that the first of each pair takes longer, if an interval of the differences says so. Otherwise 0. */
function additional(pairs: readonly (readonly [number, number])[]): number {
  if (pairs.length === 0) {
    return 0;
  }
  const { estimate, low } = hodgesLehmann(pairs.map(([renewed, kept]) => renewed - kept));
  const kept = median(pairs.map(([, ms]) => ms));
  return low >= FLOOR && low >= kept * (RATIO - 1) ? estimate : 0;
}

function residuals({ first, second }: Run, connection: number): number[] {
  return [first.ms - connection, second.ms];
}

/** Milliseconds by which the redirects took longer than the same ones later. */
export function redirectExcess(redirects: Measurements['redirects']): number {
  return redirects.reduce((sum, { ms, again }) => sum + (again ? Math.max(0, ms - median(again)) : 0), 0);
}

/** Milliseconds by which the body of the very first response took longer than those of all later connections, if noticeable. */
export function bodyExcess([own, ...later]: Measurements['runs']): number {
  const excess = (own?.first.transfer ?? 0) - Math.max(0, ...later.map(({ first }) => first.transfer ?? 0));
  return later.length > 0 && excess >= NOTICEABLE ? excess : 0;
}

/** Milliseconds from the head of a response to the end of its body, usually. */
export function bodyTime({ runs }: Pick<Measurements, 'runs'>): number {
  return medianOf(runs.map(({ second }) => second.transfer ?? 0));
}

/** A burst queues requests in any server. Only a first burst that is slower than the second shows something new. */
function slowInFirstBurst([first, second]: readonly (readonly Exchange[])[], threshold: number): number[] {
  if (!first || !second || second.length === 0) {
    return [];
  }
  const slowest = Math.max(...second.map(({ ms }) => ms));
  return first.map(({ ms }) => ms).filter((ms) => ms > slowest + threshold);
}

function medianOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : median(values);
}
