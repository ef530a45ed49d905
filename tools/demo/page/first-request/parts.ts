import { median } from '../../../statistics';
import type { Timing } from '../timing';
import type { Exchange, Observed } from './observed';

/** Milliseconds that two measurements of the same can differ. */
export const NOISE = 20;

/** Parts of the difference between the first and a later request, in milliseconds. None is negative. */
export interface Parts {
  /** DNS, TCP and TLS, as far as the browser reports them for this request. */
  readonly connection: number;
  readonly preflight: number;
  /** The server's time for a URL that it answers for the first time. */
  readonly url: number;
  /** Rest of the server's time. 0 if the browser hides it. */
  readonly server: number;
  /** Rest of the time before the request is sent: a connection for the preflight, a slow first preflight, or a queue. */
  readonly ahead: number;
  /** Whole rest, if the browser hides the parts of the time. */
  readonly hidden: number;
}

/** Names of the parts. */
export type PartName = keyof Parts;

/** Median time of the same request after the first one. */
export function usual({ again }: Observed): number {
  return median(again.map(({ total }) => total));
}

/** Splits what the first request took longer than the usual one. */
export function partsOf(observed: Observed): Parts {
  const { first, again } = observed;
  const preflight = preflightOf(observed).first;
  const url = urlOf(observed, preflight);
  const detail = first?.timing;
  const later = again.flatMap(({ timing }) => (timing ? [timing] : []));
  if (!detail || later.length === 0) {
    const hidden = positive((first?.total ?? 0) - usual(observed) - preflight - url);
    return { connection: 0, preflight, url, server: 0, ahead: 0, hidden };
  }
  const more = (part: (timing: Timing) => number) => positive(part(detail) - median(later.map(part)));
  return {
    connection: more(connecting),
    preflight,
    url,
    server: positive(more(waiting) - url),
    ahead: positive(more(ahead) - preflight),
    hidden: 0,
  };
}

/** Milliseconds of a preflight that the first request of a URL waits for, and that every request waits for. */
export function preflightOf(observed: Observed): { first: number; every: number } {
  const { newUrl, simple, again } = observed;
  const remembered = newUrl[1];
  if (!remembered || simple.length === 0) {
    return { first: 0, every: 0 };
  }
  const without = median(simple.map(({ total }) => total));
  // Each is too high in another case: a handler that refuses the simple request at once, and one that is slow for each new URL.
  const first = Math.min(newUrlCosts(observed), newUrlCosts(observed) + remembered.total - without);
  const alike = simple.every(({ status }) => status === remembered.status);
  const every = median(again.map(({ total }) => total)) - without;
  return { first: first < 2 ? 0 : first, every: alike ? positive(every) : 0 };
}

function urlOf(observed: Observed, preflight: number): number {
  const more = newUrlCosts(observed) - preflight;
  return more < NOISE ? 0 : more;
}

/** Milliseconds by which a request with a new URL is slower than the next one with that URL. The fastest counts. */
export function newUrlCosts({ newUrl, otherUrls }: Observed): number {
  const [fresh, same] = newUrl;
  return fresh && same ? positive(Math.min(...[fresh, ...otherUrls].map(({ total }) => total)) - same.total) : 0;
}

/** Milliseconds by which requests after rests are slower, with and without a preflight. The fastest counts. */
export function restsCost(observed: Observed): { reopening: number; preflight: number } {
  const { rests, simple } = observed;
  if (rests.length === 0) {
    return { reopening: 0, preflight: 0 };
  }
  const usually = usual(observed);
  const same = positive(Math.min(...rests.map((rest) => rest.same.total)) - usually);
  const before = rests.flatMap((rest) => rest.simple?.total ?? []);
  return before.length > 0
    ? { reopening: positive(Math.min(...before) - median(simple.map(({ total }) => total))), preflight: same }
    : { reopening: same, preflight: 0 };
}

/** Milliseconds of DNS, TCP and TLS. */
export function connecting({ domainLookupStart, domainLookupEnd, connectStart, connectEnd }: Timing): number {
  return domainLookupEnd - domainLookupStart + connectEnd - connectStart;
}

/** Milliseconds from the request until the first byte of the response. */
function waiting({ requestStart, responseStart }: Timing): number {
  return responseStart - requestStart;
}

function ahead(timing: Timing): number {
  return timing.requestStart - timing.startTime - connecting(timing);
}

function positive(value: number): number {
  return Math.max(0, value);
}

/** @returns the requests after the first one that were slow, too, without a pattern */
export function alsoSlow(observed: Observed, more: number): Exchange[] {
  const all = observed.again.map(({ total }) => total);
  const fastest = Math.min(...all);
  return observed.again.filter(({ total }) => total > fastest + more);
}
