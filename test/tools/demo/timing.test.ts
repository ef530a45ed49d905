import fc from 'fast-check';
import { phasesOf } from '../../../tools/demo/page/timing';

/** Instants in the order in which a browser passes them. */
const instants = fc
  .array(fc.integer({ min: 0, max: 10_000 }), { minLength: 9, maxLength: 9 })
  .map((all) => all.sort((a, b) => a - b));

function timing(
  [startTime, domainLookupStart, domainLookupEnd, connectStart, tls, connectEnd, ...rest]: number[],
  secure: boolean,
) {
  const [requestStart = 0, responseStart = 0, responseEnd = 0] = rest;
  return {
    startTime: startTime ?? 0,
    domainLookupStart: domainLookupStart ?? 0,
    domainLookupEnd: domainLookupEnd ?? 0,
    connectStart: connectStart ?? 0,
    secureConnectionStart: secure ? (tls ?? 0) : 0,
    connectEnd: connectEnd ?? 0,
    requestStart,
    responseStart,
    responseEnd,
  };
}

test('the phases of a request add up to its duration, and none is negative', () => {
  fc.assert(
    fc.property(instants, fc.boolean(), (all, secure) => {
      const request = timing(all, secure);
      const phases = phasesOf(request).map(({ milliseconds }) => milliseconds);
      expect(phases.reduce((sum, each) => sum + each, 0)).toBe(request.responseEnd - request.startTime);
      expect(Math.min(...phases)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('a request on a new connection has every phase', () => {
  expect(phasesOf(timing([0, 10, 30, 30, 50, 90, 100, 160, 161], true))).toEqual([
    { name: 'ahead', milliseconds: 20 },
    { name: 'lookup', milliseconds: 20 },
    { name: 'connect', milliseconds: 20 },
    { name: 'tls', milliseconds: 40 },
    { name: 'waiting', milliseconds: 60 },
    { name: 'receiving', milliseconds: 1 },
  ]);
});

test('on an open connection, the time before the request counts as preflight or queue', () => {
  const [ahead, lookup, connect, tls] = phasesOf(timing([5, 5, 5, 5, 5, 5, 57, 110, 111], false));
  expect([ahead, lookup, connect, tls].map((phase) => phase?.milliseconds)).toEqual([52, 0, 0, 0]);
});
