import type { Measurements } from '../measurements';
import type { PageRequest } from '../plan';
import type { Phase, Waterfall } from '../report/report';
import { type Attribution, bodyExcess, bodyTime, redirectExcess } from './first-request/attribution';
import { preflightTime } from './first-request/browser-causes';
import { fallbackTime, redirectTime } from './first-request/name-causes';
import { FLOOR } from './thresholds';

/**
 * Phases of the page's first and second request: those that were measured, and in addition what a browser does before the request. A page of
 * the server's own origin uses the connection that loaded it.
 */
export function waterfallOf(found: Measurements, parts: Attribution, request: PageRequest): Waterfall {
  const [own] = found.runs;
  if (own === undefined) {
    return { first: [], second: [] };
  }
  const cold = parts.process > 0 ? parts.process : 0;
  const known =
    Math.max(0, cold - redirectExcess(found.redirects) - bodyExcess(found.runs)) + parts.connection + parts.url;
  const server = Math.max(0, own.first.ms - known);
  // The end of a small body is in the same packet as the head.
  const usual = bodyTime(found);
  const body = usual >= FLOOR ? usual : 0;
  const opening: [Phase['name'], number][] = isSameOrigin(request)
    ? []
    : [
        ['DNS', found.name?.ms ?? 0],
        ['other address family', fallbackTime(found)],
        ['TCP', own.tcp],
        ['TLS', own.tls ?? 0],
      ];
  return {
    first: phases([
      ['redirect', redirectTime(found.redirects)],
      ...opening,
      ['preflight', preflightTime(found, request)],
      [parts.slowLater > 0 ? 'cold worker' : 'cold process', cold],
      ['new connection', Math.min(parts.connection, own.first.ms)],
      ['new URL', Math.min(parts.url, own.first.ms)],
      ['server', server],
      ['body', body],
    ]),
    second: phases([
      ['redirect', redirectTime(found.redirects)],
      ['reopening', own.second.opening],
      ['server', own.second.ms],
      ['body', body],
    ]),
  };
}

/** True for a page that the measured server serves itself, such as the documentation page of an API. */
export function isSameOrigin({ url, origin }: PageRequest): boolean {
  return origin === url.origin;
}

export function total(all: readonly Phase[]): number {
  return all.reduce((sum, { ms }) => sum + ms, 0);
}

function phases(parts: readonly (readonly [Phase['name'], number])[]): Phase[] {
  return parts.filter(([, ms]) => ms > 0).map(([name, ms]) => ({ name, ms }));
}
