import { median } from '../../statistics';
import type { Measurements } from '../measurements';
import { type PageModel, type Phase, total } from '../model';
import { FALLBACK, KEPT_LONG_ENOUGH, NOTICEABLE } from '../thresholds';
import { type Cause, milliseconds, partOf } from './cause';

/** What adds to a first request, in no order. */
export function firstRequestCauses(found: Measurements, model: PageModel, isSameOrigin: boolean): Cause[] {
  const phase = (name: Phase['name']) => model.first.find((one) => one.name === name)?.ms ?? 0;
  const share = (ms: number) => partOf(total(model.first), ms);
  return [
    ...(isSameOrigin && found.runs.length > 0 ? [sameOrigin(found)] : []),
    ...deadFamily(phase('dead family'), share, found),
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
  const spared = median(runs.map(({ tcp, tls = 0, second }) => tcp + tls + second.ms));
  return {
    id: 'same-origin',
    adds: spared,
    to: 'first request',
    share: 0,
    fault: false,
    found:
      "this is the API's own origin, as of its documentation page: the page came over the connection that it uses, and " +
      `no preflight is needed, so its first request is as quick as its second. Another origin's pages wait some ${milliseconds(spared)} more`,
    mend: 'to see what other pages see, give the --origin of one; or serve the page from this origin, by path',
  };
}

function deadFamily(adds: number, share: Share, { names, families }: Measurements): Cause[] {
  const dead = families.find(
    ({ family, outcome }) => family === 6 && outcome !== 'answers' && outcome !== 'unreachable',
  );
  if (dead === undefined) {
    return [];
  }
  const localhost = names[0]?.source === 'localhost';
  const cost =
    dead.outcome === 'refused'
      ? `is refused: left at once here, but Windows asks for 2 s, and a browser there goes on after ${FALLBACK} ms`
      : `is silent: a browser goes on to IPv4 after ${FALLBACK} ms`;
  return [
    {
      id: 'dead-address-family',
      adds,
      to: 'first request',
      share: share(adds),
      fault: true,
      found: `the name leads to ${dead.address} first, where a connection ${cost}`,
      mend: localhost
        ? 'listen on ::1 and 127.0.0.1, or use 127.0.0.1 in the URL'
        : 'publish AAAA only where it answers',
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
          mend: fault
            ? 'use alias records instead of chains of CNAME, one zone for both lanes, and a longer TTL'
            : '<link rel="preconnect"> or dns-prefetch looks it up before it is needed',
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
          mend: '<link rel="preconnect" href="…" crossorigin> opens it early; without crossorigin it opens one that fetch cannot use',
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
      found: `the handshake of ${protocol} takes ${milliseconds(adds)} beside a round trip of ${milliseconds(roundTrip)}; sessions are ${resumes ? '' : 'not '}resumed`,
      mend: fault
        ? 'more CPU where TLS ends, an ECDSA certificate with a short chain, TLS 1.3, session tickets'
        : '<link rel="preconnect" href="…" crossorigin> does it early',
    },
  ];
}

function preflight(adds: number, share: Share, found: Measurements): Cause[] {
  if (found.preflight === undefined || adds === 0) {
    return [];
  }
  const { maxAge, kept } = found.preflight;
  const fault = kept < KEPT_LONG_ENOUGH;
  return [
    {
      id: 'preflight',
      adds,
      to: 'first request',
      share: share(adds),
      fault,
      found:
        maxAge === undefined
          ? `a JSON POST from another origin asks first, and again after ${kept} s: there is no Access-Control-Max-Age`
          : `a JSON POST from another origin asks first; Chromium keeps the answer for ${kept} s (Access-Control-Max-Age: ${maxAge}), for this URL only`,
      mend: fault
        ? "answer the preflight with Access-Control-Max-Age: 7200, Chromium's most"
        : 'a warm-up request of the same URL and kind when the page loads; a page of the same origin needs none',
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
          found: `the server took ${milliseconds(adds)} longer for the very first request than for the first on later connections`,
          mend: 'keep a process running: containers, or provisioned concurrency; do the work of the first request at start',
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
          share: partOf(total(slower), adds),
          fault: true,
          found: `the server closed the connection after an answer in ${reopened} of ${runs.length} runs: the next request opens another`,
          mend: 'keep connections alive, longer at the server than at the load balancer in front of it',
        },
      ];
}
