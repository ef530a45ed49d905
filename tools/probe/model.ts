import { median } from '../statistics';
import type { FreshRun, Measurements } from './measurements';
import { FALLBACK, NOTICEABLE } from './thresholds';

/** A part of a request's time in a browser. */
export interface Phase {
  readonly name: 'DNS' | 'IPv6 fallback' | 'TCP' | 'TLS' | 'preflight' | 'cold start' | 'reopening' | 'server';
  readonly ms: number;
}

/** Phases of a page's first and second request, in order of time. Phases that take no time are absent. */
export interface PageModel {
  readonly first: readonly Phase[];
  readonly second: readonly Phase[];
}

/**
 * Models the first and second request of a browser: medians of the runs, but the lookup and the cold start of the first
 * run. A page of the API's own origin uses the connection that loaded it, and needs no preflight.
 */
export function pageModel(found: Measurements, sameOrigin: boolean): PageModel {
  const { runs } = found;
  const of = (part: (run: FreshRun) => number) => (runs.length === 0 ? 0 : median(runs.map(part)));
  const second = phases([
    ['reopening', of((run) => run.second.opening)],
    ['server', of((run) => run.second.ms)],
  ]);
  if (sameOrigin) {
    return { first: [...phases([['cold start', coldStart(runs)]]), ...second], second };
  }
  return {
    first: phases([
      ['DNS', found.names[0]?.ms ?? 0],
      ['IPv6 fallback', ipv6Fallback(found)],
      ['TCP', of((run) => run.tcp)],
      ['TLS', of((run) => run.tls ?? 0)],
      ['preflight', of((run) => run.preflight?.ms ?? 0)],
      ['cold start', coldStart(runs)],
      ['reopening', of((run) => (run.preflight?.opening ?? 0) + run.first.opening)],
      ['server', of((run) => run.first.ms)],
    ]),
    second,
  };
}

export function total(phases: readonly Phase[]): number {
  return phases.reduce((sum, { ms }) => sum + ms, 0);
}

/** Milliseconds by which the server was slower in the first run than in the others; 0 if below {@link NOTICEABLE}. */
function coldStart(runs: readonly FreshRun[]): number {
  const beyond = beyondOthers(runs);
  return beyond > NOTICEABLE ? beyond : 0;
}

/**
 * Milliseconds for which the probe was paused during the very first request, if they can hide a cold start: none was
 * measured, but there was one if the server worked during the whole pause. 0 otherwise.
 */
export function hidesColdStart(runs: readonly FreshRun[]): number {
  const pause = runs[0]?.pause ?? 0;
  const beyond = beyondOthers(runs);
  return beyond <= NOTICEABLE && beyond + pause > NOTICEABLE ? pause : 0;
}

function beyondOthers([first, ...others]: readonly FreshRun[]): number {
  return first && others.length > 0 ? atServer(first) - median(others.map(atServer)) : 0;
}

function atServer({ preflight, first }: FreshRun): number {
  return (preflight?.ms ?? 0) + first.ms;
}

/** Delay of IPv4. A browser tries IPv6 first, and falls back immediately if it is refused, otherwise after {@link FALLBACK}. */
function ipv6Fallback({ families }: Measurements): number {
  const failed = families.find(
    ({ family, outcome }) => family === 6 && (outcome === 'refused' || outcome === 'timeout'),
  );
  return failed === undefined ? 0 : Math.min(failed.ms, FALLBACK);
}

function phases(parts: readonly (readonly [Phase['name'], number])[]): Phase[] {
  return parts.filter(([, ms]) => ms > 0).map(([name, ms]) => ({ name, ms }));
}
