import { median } from '../../../statistics';
import { milliseconds } from '../../../words';
import type { Measurements } from '../../measurements';
import type { PageRequest } from '../../plan';
import type { Found } from '../cause';
import { MIN_CACHE_TIME } from '../thresholds';
import type { Attribution } from './attribution';
import { connectionTime } from './connection-causes';

/** Number of requests of {@link Measurements.aftermaths} that must show the same. */
const REPEATED = 2;

/** Causes in the browser and around it: a preflight, and a page or a server that reloads after each write. */
export function browserCauses(found: Measurements, { repeated }: Attribution, request: PageRequest): Found[] {
  return [...preflight(found, request), ...reload(found, repeated)];
}

/** Times in which the server refused connections after a request, if it did so again and again. */
export function restarts({ aftermaths }: Pick<Measurements, 'aftermaths'>) {
  const refused = aftermaths.flatMap((aftermath) => aftermath.refused ?? []);
  return refused.length >= REPEATED ? refused : [];
}

/** Milliseconds of the preflight. With credentials, a browser opens a separate connection for it. */
export function preflightTime(found: Measurements, { credentials }: PageRequest): number {
  const { preflight: facts } = found;
  if (facts === undefined || facts.exchanges.length === 0) {
    return 0;
  }
  const connection = credentials === 'include' ? connectionTime(found) : 0;
  return connection + median(facts.exchanges.map(({ ms }) => ms));
}

function preflight(found: Measurements, request: PageRequest): Found[] {
  const adds = preflightTime(found, request);
  if (found.preflight === undefined || adds === 0) {
    return [];
  }
  const { maxAge, cachedFor } = found.preflight;
  const separate = request.credentials === 'include' ? ' With credentials, it uses a connection of its own.' : '';
  return [
    {
      id: 'preflight',
      adds,
      to: 'first request',
      because: 'the CORS preflight',
      fault: cachedFor < MIN_CACHE_TIME,
      found:
        maxAge === undefined
          ? `A browser sends a preflight before this request, and again after ${cachedFor} s, because the response has no Access-Control-Max-Age.${separate}`
          : `A browser sends a preflight before this request. Chromium caches it for ${cachedFor} s (Access-Control-Max-Age: ${maxAge}), for this URL only.${separate}`,
    },
  ];
}

function reload({ aftermaths, page }: Measurements, repeated: number): Found[] {
  const refused = restarts({ aftermaths });
  const reloads = aftermaths.filter((aftermath) => aftermath.reloads.length > 0);
  const cause = (adds: number, found: string): Found => ({
    id: 'reload-on-write',
    adds,
    to: 'every request',
    because: 'a reload after each request',
    fault: true,
    found,
  });
  if (refused.length > 0) {
    const down = median(refused.map((one) => one.for));
    return [
      cause(
        // The process that starts is cold again.
        down + Math.max(0, median(aftermaths.map(({ next }) => next.ms)) - repeated),
        `After ${refused.length} of ${aftermaths.length} requests, the server refused connections for ${milliseconds(down)}: it restarts because the request writes a file that it watches.`,
      ),
    ];
  }
  if (reloads.length >= REPEATED) {
    const after = median(reloads.flatMap((one) => one.reloads.slice(0, 1)));
    return [
      cause(
        after,
        `After ${reloads.length} of ${aftermaths.length} requests, ${page?.liveReload?.name ?? 'the live-reload server'} reloaded the page ${milliseconds(after)} later: the request writes a file in the served folder.`,
      ),
    ];
  }
  return [];
}
