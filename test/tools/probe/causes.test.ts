import * as fc from 'fast-check';
import type { Cause } from '../../../tools/probe/causes/cause';
import { causes } from '../../../tools/probe/causes/causes';
import type { Exchange, FreshRun, Measurements, Pass, Reach } from '../../../tools/probe/measurements';
import { hidesColdStart, pageModel, total } from '../../../tools/probe/model';
import { MIN_CACHE_TIME, NOTICEABLE } from '../../../tools/probe/thresholds';
import { measured, pass, RUN } from './measured';

const API = new URL('https://api.example.com');

function causesOf(found: Measurements, origin = 'https://app.example.com'): Cause[] {
  return causes(found, pageModel(found, origin === API.origin), { http: API, origin });
}

const faultsOf = (found: Measurements) => causesOf(found).flatMap(({ id, fault }) => (fault ? [id] : []));
const find = (found: Measurements, id: Cause['id']) => causesOf(found).find((cause) => cause.id === id);

describe('For good lanes', () => {
  it('all causes are latency, the longest first', () => {
    expect(causesOf(measured()).map(({ id, adds, fault }) => ({ id, adds, fault }))).toEqual([
      { id: 'preflight', adds: 54, fault: false },
      { id: 'tls', adds: 52, fault: false },
      { id: 'cold-connection', adds: 50, fault: false },
      { id: 'dns', adds: 40, fault: false },
    ]);
  });

  it('a page of their own origin has no latency, and the report shows what it saves', () => {
    const [cause, ...others] = causesOf(measured(), API.origin);

    expect(cause).toMatchObject({ id: 'same-origin', adds: RUN.tcp + (RUN.tls ?? 0) + RUN.second.ms, fault: false });
    expect(others).toEqual([]);
  });
});

describe('The causes include as a fault', () => {
  it('an IPv6 address that does not respond, with 300 ms however long that took', () => {
    const families: Reach[] = [{ family: 6, address: '2001:db8::1', outcome: 'timeout', ms: 2000 }];

    expect(find(measured({ families }), 'ipv6-fallback')).toMatchObject({ adds: 300, fault: true });
  });

  it('an IPv6 address that refuses connections, with the time that was measured', () => {
    const families: Reach[] = [{ family: 6, address: '::1', outcome: 'refused', ms: 0.2 }];

    expect(find(measured({ families }), 'ipv6-fallback')).toMatchObject({ adds: 0.2, fault: true });
  });

  it('no IPv6 address to which this machine has no route', () => {
    const families: Reach[] = [{ family: 6, address: '2001:db8::1', outcome: 'no-route', ms: 0.1 }];

    expect(faultsOf(measured({ families }))).toEqual([]);
  });

  it.each([
    { maxAge: undefined, cachedFor: 5, fault: true },
    { maxAge: MIN_CACHE_TIME - 1, cachedFor: MIN_CACHE_TIME - 1, fault: true },
    { maxAge: MIN_CACHE_TIME, cachedFor: MIN_CACHE_TIME, fault: false },
  ])('a preflight only if it is cached for less time than in Safari: $cachedFor s', ({ fault, ...preflight }) => {
    expect(find(measured({ preflight }), 'preflight')?.fault).toBe(fault);
  });

  it('a TLS handshake that takes more than 100 ms longer than two round trips', () => {
    const slow = (tls: number) => measured({ runs: [{ ...RUN, tls }] });

    expect(faultsOf(slow(2 * RUN.tcp + NOTICEABLE))).toEqual([]);
    expect(faultsOf(slow(2 * RUN.tcp + NOTICEABLE + 1))).toEqual(['tls']);
  });

  it('a very first response that takes more than 100 ms longer than those of other connections', () => {
    const cold = (ms: number) => measured({ runs: [{ ...RUN, first: { ...RUN.first, ms } }, RUN, RUN] });

    expect(faultsOf(cold(RUN.first.ms + NOTICEABLE))).toEqual([]);
    expect(find(cold(RUN.first.ms + 400), 'cold-start')).toMatchObject({ adds: 400, fault: true });
  });

  it('a cold start that delays the preflight', () => {
    const preflight: Exchange = { ms: 454, opening: 0, status: 204 };

    expect(find(measured({ runs: [{ ...RUN, preflight }, RUN, RUN] }), 'cold-start')?.adds).toBe(400);
  });

  it('no cold start that a pause of the probe can hide, and it is hidden only if none is measured', () => {
    const runs = (beyond: number): FreshRun[] => [
      { ...RUN, first: { ...RUN.first, ms: RUN.first.ms + beyond }, pause: 300 },
      RUN,
    ];

    expect(faultsOf(measured({ runs: runs(NOTICEABLE) }))).toEqual([]);
    expect(hidesColdStart(runs(NOTICEABLE))).toBe(300);
    expect(hidesColdStart(runs(NOTICEABLE + 1))).toBe(0);
  });

  it('a connection that has to be opened again', () => {
    const closed: FreshRun = { ...RUN, second: { ...RUN.second, opening: 102 } };

    expect(find(measured({ runs: [closed, closed, closed] }), 'connection-closed')).toMatchObject({
      adds: 102,
      share: 102 / (102 + RUN.second.ms),
      fault: true,
    });
  });
});

describe('Under load', () => {
  const passes = (...changed: Pass[]) =>
    measured({ passes: measured().passes.map((one) => changed.find(({ name }) => name === one.name) ?? one) });

  it('a p95 of more than 100 ms above that without sockets is a fault', () => {
    const slow = (ms: number) => passes(pass('storm', { ms: [160, ms] }));

    expect(faultsOf(slow(170 + NOTICEABLE))).toEqual([]);
    expect(find(slow(570), 'event-loop-blocked')).toMatchObject({ adds: 400, share: 400 / 570 });
  });

  it('the better of two repeated passes counts', () => {
    const again = (ms: number) =>
      measured({
        passes: [...measured().passes, pass('storm', { ms: [570] }), pass('storm', { ms: [ms] })].filter(
          ({ name, ms }) => name !== 'storm' || ms.length === 1,
        ),
      });

    expect(faultsOf(again(200))).toEqual([]);
    expect(find(again(470), 'event-loop-blocked')?.adds).toBe(300);
  });

  it('the slowest pass without sockets counts, because other load on the machine slows both', () => {
    const found = passes(pass('storm', { ms: [570] }));
    const again = (ms: number) => measured({ passes: [...found.passes, pass('idle', { ms: [ms] })] });

    expect(faultsOf(again(470))).toEqual([]);
    expect(find(again(370), 'event-loop-blocked')?.adds).toBe(200);
    expect(find(again(10), 'event-loop-blocked')?.adds).toBe(400);
  });

  it('requests that wait until silent sockets close mean an occupied pool, and no other cause is named', () => {
    const stuck = pass('silent', { ms: [2170, 2170], stalled: 2, released: 2 });

    expect(faultsOf(passes(stuck))).toEqual(['pool-pinned']);
    expect(find(passes(stuck), 'pool-pinned')).toMatchObject({ adds: 2000 });
  });

  it('a request that is never answered is a fault', () => {
    const stuck = pass('silent', { ms: [], failures: ['did not answer'], stalled: 1 });

    expect(find(passes(stuck), 'pool-pinned')).toMatchObject({ share: 1, fault: true });
    expect(faultsOf(passes(pass('storm', { failures: ['answered 503'] })))).toEqual(['failing-under-load']);
  });

  it('a pool can be occupied even if the answered requests took no time', () => {
    const stuck = pass('silent', { ms: [0], stalled: 1 });

    expect(find(passes(stuck), 'pool-pinned')).toMatchObject({ adds: 0, share: 0, fault: true });
  });
});

describe('For any measurements', () => {
  const ms = fc.double({ min: 0, max: 5000, noNaN: true });
  const exchange = fc.record<Exchange>({ ms, opening: fc.oneof(fc.constant(0), ms), status: fc.constant(200) });
  const run = fc.record<FreshRun>({
    tcp: ms,
    tls: ms,
    preflight: exchange,
    first: exchange,
    second: exchange,
    pause: ms,
  });
  const load = fc.record({
    ms: fc.array(ms),
    stalled: fc.nat(3),
    failures: fc.array(fc.constant('answered 503'), { maxLength: 2 }),
  });
  const anything = fc
    .record({
      runs: fc.array(run, { maxLength: 5 }),
      cachedFor: fc.nat(7200),
      outcome: fc.constantFrom<Reach['outcome']>('connected', 'refused', 'timeout', 'no-route'),
      reached: ms,
      loads: fc.tuple(load, load, load, load),
    })
    .map(({ runs, cachedFor, outcome, reached, loads }) =>
      measured({
        runs,
        preflight: { maxAge: cachedFor, cachedFor },
        families: [{ family: 6, address: '::1', outcome, ms: reached }],
        passes: loads.map((one, index) => pass((['idle', 'open', 'silent', 'storm'] as const)[index] ?? 'idle', one)),
      }),
    );
  const origin = fc.constantFrom(API.origin, 'https://app.example.com');

  it('faults come before latency, and both are sorted by added time', () => {
    fc.assert(
      fc.property(anything, origin, (found, from) => {
        const ranked = causesOf(found, from);
        for (const [index, cause] of ranked.slice(1).entries()) {
          const before = ranked[index];
          expect(before?.fault === cause.fault ? (before?.adds ?? 0) >= cause.adds : before?.fault).toBe(true);
        }
      }),
    );
  });

  it('no cause adds negative time, and the shares of a first request total at most 1', () => {
    fc.assert(
      fc.property(anything, origin, (found, from) => {
        const all = causesOf(found, from);
        const ofFirst = all.filter(({ to }) => to === 'first request').reduce((sum, { share }) => sum + share, 0);

        expect(all.every(({ adds, share }) => adds >= 0 && share >= 0 && share <= 1)).toBe(true);
        expect(ofFirst).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('a cause adds at most the time of the first request', () => {
    fc.assert(
      fc.property(anything, (found) => {
        const first = total(pageModel(found, false).first);
        for (const { to, adds } of causesOf(found)) {
          expect(to !== 'first request' || adds <= first).toBe(true);
        }
      }),
    );
  });
});
