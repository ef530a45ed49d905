import { median } from '../statistics';
import type { FreshRun, Measurements } from './measurements';
import { FALLBACK, NOTICEABLE } from './thresholds';

/** A part of a request's time, as a browser would see it. */
export interface Phase {
  readonly name: 'DNS' | 'dead family' | 'TCP' | 'TLS' | 'preflight' | 'cold start' | 'reopening' | 'server';
  readonly ms: number;
}

/** A page's first request and the next one, phase by phase in order of time; phases that take no time are left out. */
export interface PageModel {
  readonly first: readonly Phase[];
  readonly second: readonly Phase[];
}

/**
 * Puts together what a browser's first and second request would cost from what was measured: medians of the runs, but
 * the name and the cold start as the first run saw them. A page of the API's own origin came over the connection that
 * it uses, and needs no preflight.
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
      ['dead family', deadFamily(found)],
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

/** What the very first run waited for the server beyond what the others did, if a person would notice. */
function coldStart(runs: readonly FreshRun[]): number {
  const beyond = beyondOthers(runs);
  return beyond > NOTICEABLE ? beyond : 0;
}

/**
 * Milliseconds that the probe stood still during the very first request, if they decide whether that was a cold start:
 * none is seen, but there is one if the server worked all that time. 0 otherwise.
 */
export function hidesColdStart(runs: readonly FreshRun[]): number {
  const standstill = runs[0]?.standstill ?? 0;
  const beyond = beyondOthers(runs);
  return beyond <= NOTICEABLE && beyond + standstill > NOTICEABLE ? standstill : 0;
}

function beyondOthers([first, ...others]: readonly FreshRun[]): number {
  return first && others.length > 0 ? atServer(first) - median(others.map(atServer)) : 0;
}

function atServer({ preflight, first }: FreshRun): number {
  return (preflight?.ms ?? 0) + first.ms;
}

/** A browser tries IPv6 first. An IPv6 that refuses is left at once, one that is silent after {@link FALLBACK}. */
function deadFamily({ families }: Measurements): number {
  const dead = families.find(
    ({ family, outcome }) => family === 6 && (outcome === 'refused' || outcome === 'unanswered'),
  );
  return dead === undefined ? 0 : Math.min(dead.ms, FALLBACK);
}

function phases(parts: readonly (readonly [Phase['name'], number])[]): Phase[] {
  return parts.filter(([, ms]) => ms > 0).map(([name, ms]) => ({ name, ms }));
}
