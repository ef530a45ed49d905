import { median } from '../../statistics';
import type { Measurements } from '../measurements';
import { type PageModel, type Phase, total } from '../model';
import { FALLBACK, MIN_CACHE_TIME, NOTICEABLE } from '../thresholds';
import { type Cause, milliseconds, shareOf } from './cause';

/** Causes that add time to a first request, in no order. */
export function firstRequestCauses(found: Measurements, model: PageModel, isSameOrigin: boolean): Cause[] {
  const phase = (name: Phase['name']) => model.first.find((one) => one.name === name)?.ms ?? 0;
  const share = (ms: number) => shareOf(total(model.first), ms);
  return [
    ...(isSameOrigin && found.runs.length > 0 ? [sameOrigin(found)] : []),
    ...ipv6Fallback(phase('IPv6 fallback'), share, found),
    ...dns(phase('DNS'), share, found),
    ...connection(phase('TCP'), share),
    ...tls(phase('TLS'), phase('TCP'), share, found),
    ...preflight(phase('preflight'), share, found),
    ...coldStart(phase('cold start'), share),
    ...closed(found, model),
  ];
}

type Share = (ms: number) => number;

function sameOrigin({ runs }: Measurements): Cause {
  const saved = median(runs.map(({ tcp, tls = 0, second }) => tcp + tls + second.ms));
  return {
    id: 'same-origin',
    adds: saved,
    to: 'first request',
    share: 0,
    fault: false,
    found:
      "--origin is the API's own origin, as for its documentation page. Such a page reuses the connection that loaded it and " +
      `needs no preflight, so its first request is as fast as its second. Pages of other origins wait about ${milliseconds(saved)} longer`,
    fix: 'to measure other pages, pass their --origin; or serve the page from this origin under a path',
  };
}

function ipv6Fallback(adds: number, share: Share, { names, families }: Measurements): Cause[] {
  const failed = families.find(
    ({ family, outcome }) => family === 6 && outcome !== 'connected' && outcome !== 'no-route',
  );
  if (failed === undefined) {
    return [];
  }
  const localhost = names[0]?.source === 'localhost';
  const cost =
    failed.outcome === 'refused'
      ? `refuses connections. This machine falls back to IPv4 immediately; on Windows a client retries for 2 s, and a browser falls back after ${FALLBACK} ms`
      : `does not respond. A browser falls back to IPv4 after ${FALLBACK} ms`;
  return [
    {
      id: 'ipv6-fallback',
      adds,
      to: 'first request',
      share: share(adds),
      fault: true,
      found: `the name resolves to ${failed.address} first, which ${cost}`,
      fix: localhost
        ? 'listen on ::1 and 127.0.0.1, or use 127.0.0.1 in the URL'
        : 'publish an AAAA record only for an address that accepts connections',
    },
  ];
}

function dns(adds: number, share: Share, { names }: Measurements): Cause[] {
  const [name] = names;
  const fault = adds > NOTICEABLE;
  return name === undefined || adds === 0
    ? []
    : [
        {
          id: 'dns',
          adds,
          to: 'first request',
          share: share(adds),
          fault,
          found: name.families
            .map(({ family, ms }) => `${family === 6 ? 'AAAA' : 'A'} took ${milliseconds(ms)}`)
            .join(', '),
          fix: fault
            ? 'use alias records instead of CNAME chains, one hosted zone for both lanes, and a longer TTL'
            : '<link rel="preconnect"> or dns-prefetch resolves the name early',
        },
      ];
}

function connection(adds: number, share: Share): Cause[] {
  return adds === 0
    ? []
    : [
        {
          id: 'cold-connection',
          adds,
          to: 'first request',
          share: share(adds),
          fault: false,
          found: 'a TCP connection takes one round trip',
          fix: '<link rel="preconnect" href="…" crossorigin> opens it early; without crossorigin, fetch cannot use the connection',
        },
      ];
}

function tls(adds: number, roundTrip: number, share: Share, found: Measurements): Cause[] {
  if (found.tls === undefined || adds === 0) {
    return [];
  }
  const { protocol, resumes } = found.tls;
  // TLS 1.2 needs two round trips.
  const fault = adds - 2 * roundTrip > NOTICEABLE;
  return [
    {
      id: 'tls',
      adds,
      to: 'first request',
      share: share(adds),
      fault,
      found: `the ${protocol} handshake takes ${milliseconds(adds)}, with a round trip of ${milliseconds(roundTrip)}; sessions are ${resumes ? '' : 'not '}resumed`,
      fix: fault
        ? 'more CPU where TLS terminates, an ECDSA certificate with a short chain, TLS 1.3, session tickets'
        : '<link rel="preconnect" href="…" crossorigin> performs it early',
    },
  ];
}

function preflight(adds: number, share: Share, found: Measurements): Cause[] {
  if (found.preflight === undefined || adds === 0) {
    return [];
  }
  const { maxAge, cachedFor } = found.preflight;
  const fault = cachedFor < MIN_CACHE_TIME;
  return [
    {
      id: 'preflight',
      adds,
      to: 'first request',
      share: share(adds),
      fault,
      found:
        maxAge === undefined
          ? `a JSON POST from another origin needs a preflight, and another after ${cachedFor} s: there is no Access-Control-Max-Age`
          : `a JSON POST from another origin needs a preflight; Chromium caches it for ${cachedFor} s (Access-Control-Max-Age: ${maxAge}), for this URL only`,
      fix: fault
        ? "return Access-Control-Max-Age: 7200, Chromium's maximum, with the preflight response"
        : 'send a warm-up request with the same URL and method when the page loads, or serve the page from the same origin',
    },
  ];
}

function coldStart(adds: number, share: Share): Cause[] {
  return adds === 0
    ? []
    : [
        {
          id: 'cold-start',
          adds,
          to: 'first request',
          share: share(adds),
          fault: true,
          found: `the server took ${milliseconds(adds)} longer for the very first request than for the first requests on later connections`,
          fix: 'keep a process running with containers or provisioned concurrency; do the work of the first request at startup',
        },
      ];
}

function closed({ runs }: Measurements, { first, second }: PageModel): Cause[] {
  const reopened = runs.filter((run) => run.second.opening > 0 || run.first.opening > 0).length;
  const reopening = (phases: readonly Phase[]) => phases.find(({ name }) => name === 'reopening')?.ms ?? 0;
  const slower = reopening(first) > reopening(second) ? first : second;
  const adds = reopening(slower);
  return adds === 0
    ? []
    : [
        {
          id: 'connection-closed',
          adds,
          to: 'every request',
          share: shareOf(total(slower), adds),
          fault: true,
          found: `the server closed the connection after a response in ${reopened} of ${runs.length} runs, so the next request opens a new one`,
          fix: 'keep connections alive, with a longer timeout at the server than at its load balancer',
        },
      ];
}
