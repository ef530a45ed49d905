import { median } from '../../../statistics';
import { milliseconds } from '../../../words';
import type { Measurements } from '../../measurements';
import type { Found } from '../cause';
import { FALLBACK, NOTICEABLE } from '../thresholds';

/** Time before the first byte goes to the server: redirects, the lookup, and an address family that does not answer. */
export function nameCauses(found: Measurements): Found[] {
  return [...redirects(found), ...dns(found), ...addressFamily(found)];
}

function redirects({ redirects: all }: Measurements): Found[] {
  const [first] = all;
  return first === undefined
    ? []
    : [
        {
          id: 'redirect',
          adds: redirectTime(all),
          to: 'every request',
          because: 'a redirect',
          fault: true,
          found: `${first.from} is redirected to ${all.at(-1)?.to} with the status ${first.status}.`,
        },
      ];
}

/** Milliseconds of the redirects, without the cold process that the very first one can include. */
export function redirectTime(all: Measurements['redirects']): number {
  return all.reduce((sum, { ms, again }) => sum + (again ? Math.min(ms, median(again)) : ms), 0);
}

function dns({ name }: Measurements): Found[] {
  if (name === undefined || name.ms === 0) {
    return [];
  }
  const multicast = name.host.endsWith('.local')
    ? ' Names that end with .local are looked up by multicast, which can take 5 s.'
    : '';
  const times = name.families.map(
    ({ family, ms }) => `the ${family === 6 ? 'AAAA' : 'A'} record took ${milliseconds(ms)}`,
  );
  return [
    {
      id: 'dns',
      adds: name.ms,
      to: 'first request',
      because: 'the lookup of the name',
      fault: name.ms > NOTICEABLE,
      found: `The lookup of ${name.host} for ${times.join(', and for ')}.${multicast}`.replace('for the', 'of the'),
    },
  ];
}

/** Delay of IPv4. A browser tries IPv6 first, and falls back immediately if it is refused, otherwise after {@link FALLBACK}. */
export function fallbackTime({ families }: Measurements): number {
  const failed = failedFamily(families);
  return failed === undefined ? 0 : Math.min(failed.ms, FALLBACK);
}

function failedFamily(families: Measurements['families']) {
  return families.find(({ family, outcome }) => family === 6 && (outcome === 'refused' || outcome === 'timeout'));
}

function addressFamily(found: Measurements): Found[] {
  const failed = failedFamily(found.families);
  if (failed === undefined) {
    return [];
  }
  const cost =
    failed.outcome === 'refused'
      ? `refuses connections. This machine goes on with IPv4 immediately. On Windows, a client tries again for 2 s, and a browser goes on after ${FALLBACK} ms.`
      : `does not respond. A browser goes on with IPv4 after ${FALLBACK} ms.`;
  return [
    {
      id: 'address-family',
      adds: fallbackTime(found),
      to: 'first request',
      because: `${failed.address}, which accepts no connection`,
      fault: true,
      found: `${found.name?.host} resolves to ${failed.address} first, which ${cost}`,
    },
  ];
}
